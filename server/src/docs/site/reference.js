// @generated from openapi/links.yaml by `cargo xtask generate`. Do not edit: edit the contract.
// Starts the reference. openapi/docs/src/reference.rs inserts the configuration with the contract.
(() => {
  const configuration = {
  "content": {
    "openapi": "3.0.3",
    "info": {
      "title": "AgentHuman Links API",
      "version": "1.1.1",
      "description": "[Overview](index.html) · [Change log](changes.html) · Contract as [YAML](openapi.yaml) and [JSON](openapi.json)\n\nA *link* puts a talking agent behind a URL that can be shared. This API manages those links.\n\n**Three states.** In an update each field is *absent* (it stays as it is), `null` (it is\ncleared) or *set* to a value. Absent and `null` never mean the same.\n\n**All or nothing.** A rejected request changes nothing, even if most of its fields are valid.\n\n**Unknown names.** A query parameter or a body field that this document does not define rejects\nthe request, so that a misspelt name never goes unnoticed.\n\n**Order of the checks.** API key, rate limit, path and query, body, existence of the link, rules\nbetween fields. The response reports the first check that fails.\n\n**Errors.** Every error response of an operation has the schema `ErrorResponse`. If the caller\ncan fix the request, `error.suggestion` says how. A path or a method that this document does not\ndefine is rejected before the API key is checked, with 404 or 405 and a body that has\n`request_id` and `message`.\n",
      "license": {
        "name": "MIT OR Apache-2.0",
        "url": "https://spdx.org/licenses/MIT.html"
      }
    },
    "servers": [
      {
        "url": "https://api.agenthuman.com",
        "description": "Production"
      }
    ],
    "security": [
      {
        "ApiKey": []
      }
    ],
    "tags": [
      {
        "name": "links",
        "description": "Shareable links that put visitors in front of an agent."
      }
    ],
    "paths": {
      "/v1/links": {
        "get": {
          "operationId": "list_links",
          "tags": [
            "links"
          ],
          "summary": "List links",
          "description": "Returns the links of the account, the newest `created_at` first, and links of the same\nmicrosecond by descending `link_id`. Without `limit` the response has all of them. With\n`limit` it has one page; pass its `next_cursor` as `cursor` to get the next one. A link that\nexists while all pages are read is on exactly one of them, even if other links are created\nor deleted in between.\n",
          "x-cli-description": "Print the links of the account, the newest first: one page, or all links with `--all`. A\nlink that exists while all pages are read is printed exactly once, even if other links are\ncreated or deleted in between.\n",
          "x-pagination": {
            "cursor": "cursor",
            "next": "next_cursor",
            "items": "links",
            "limit": "limit"
          },
          "parameters": [
            {
              "name": "status",
              "in": "query",
              "description": "Returns only links with this reported status: a link whose expiry has passed is\n`expired`, whatever its stored status is.\n",
              "x-cli-description": "Print only links with this status. A link whose expiry has passed is `expired`, whatever\nstatus it was given.\n",
              "example": "active",
              "schema": {
                "allOf": [
                  {
                    "$ref": "#/components/schemas/LinkStatusFilter"
                  }
                ],
                "default": "all"
              }
            },
            {
              "name": "limit",
              "in": "query",
              "description": "The maximum number of links on a page.",
              "x-cli-description": "Set the maximum number of links on a page, from 1 to 1000.",
              "example": 100,
              "schema": {
                "type": "integer",
                "format": "int64",
                "minimum": 1,
                "maximum": 1000
              }
            },
            {
              "name": "cursor",
              "in": "query",
              "description": "The position at which the page begins: the `next_cursor` of an earlier response of the\nsame account and `status`. It is rejected with 400 if it is anything else.\n",
              "x-cli-description": "Continue after an earlier page. The command that printed that page has printed this\nvalue too; it is valid for the same account and `--status`.\n",
              "schema": {
                "type": "string",
                "pattern": "^[0-9A-Za-z_-]{1,512}$",
                "x-cli-pattern": "1 to 512 letters, digits, underscores or dashes"
              }
            }
          ],
          "responses": {
            "200": {
              "description": "The links, or one page of them.",
              "headers": {
                "X-RateLimit-Limit": {
                  "$ref": "#/components/headers/X-RateLimit-Limit"
                },
                "X-RateLimit-Remaining": {
                  "$ref": "#/components/headers/X-RateLimit-Remaining"
                },
                "X-RateLimit-Reset": {
                  "$ref": "#/components/headers/X-RateLimit-Reset"
                },
                "X-Request-Id": {
                  "$ref": "#/components/headers/X-Request-Id"
                }
              },
              "content": {
                "application/json": {
                  "schema": {
                    "$ref": "#/components/schemas/ListLinksResponse"
                  },
                  "examples": {
                    "page": {
                      "summary": "A page of one link, with more to follow",
                      "value": {
                        "success": true,
                        "links": [
                          {
                            "link_id": "lnk_01J8ZK4R2N5M6P7Q8W4T",
                            "name": "Summer demo",
                            "url": "https://app.agenthuman.com/s/lnk_01J8ZK4R2N5M6P7Q8W4T",
                            "agent": {
                              "agent_id": "agnt_01J8ZK4R2N5M6P7Q8W4T",
                              "name": "Support Agent",
                              "avatar_image_url": "https://cdn.example.com/avatars/support.jpg",
                              "created_at": "2024-01-15T10:00:00Z",
                              "voice_agent": {
                                "provider": "ElevenLabs",
                                "agent_id": "el_agent_xxxxxxxxxxxxxxxx",
                                "auth_method": "public"
                              }
                            },
                            "status": "active",
                            "uses": 0,
                            "use_limit": 100,
                            "created_at": "2024-01-15T10:30:00Z",
                            "expires_at": "2030-06-30T18:00:00Z"
                          }
                        ],
                        "next_cursor": "AQAGDvl-9poAbG5rXzAxSjhaSzRSMk41TTZQN1E4VzRU_lx6SRIDPU4"
                      }
                    },
                    "all": {
                      "summary": "All links of an account that has none",
                      "value": {
                        "success": true,
                        "links": []
                      }
                    }
                  }
                }
              }
            },
            "400": {
              "$ref": "#/components/responses/BadRequest"
            },
            "401": {
              "$ref": "#/components/responses/Unauthorized"
            },
            "429": {
              "$ref": "#/components/responses/TooManyRequests"
            },
            "500": {
              "$ref": "#/components/responses/InternalServerError"
            },
            "503": {
              "$ref": "#/components/responses/ServiceUnavailable"
            }
          },
          "x-codeSamples": [
            {
              "lang": "shell",
              "label": "curl: List links",
              "source": "curl --fail-with-body --request GET \\\n  \"${AGENTHUMAN_BASE_URL:-https://api.agenthuman.com}/v1/links\" \\\n  --header \"x-api-key: $AGENTHUMAN_API_KEY\""
            },
            {
              "lang": "rust",
              "label": "Rust: List links",
              "source": "use agenthuman_links::Client;\n\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n    let client = Client::from_env()?; // reads AGENTHUMAN_API_KEY, AGENTHUMAN_BASE_URL\n    let response = client\n        .list_links()\n        .send()\n        .await?;\n    println!(\"{response:#?}\");\n    Ok(())\n}"
            },
            {
              "lang": "shell",
              "label": "command line: List links",
              "source": "links list"
            },
            {
              "lang": "shell",
              "label": "curl: List links, with `status` and `limit`",
              "source": "curl --fail-with-body --request GET \\\n  \"${AGENTHUMAN_BASE_URL:-https://api.agenthuman.com}/v1/links?status=active&limit=100\" \\\n  --header \"x-api-key: $AGENTHUMAN_API_KEY\""
            },
            {
              "lang": "rust",
              "label": "Rust: List links, with `status` and `limit`",
              "source": "use agenthuman_links::{Client, LinkStatusFilter};\n\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n    let client = Client::from_env()?; // reads AGENTHUMAN_API_KEY, AGENTHUMAN_BASE_URL\n    let response = client\n        .list_links()\n        .status(LinkStatusFilter::Active)\n        .limit(100)\n        .send()\n        .await?;\n    println!(\"{response:#?}\");\n    Ok(())\n}"
            },
            {
              "lang": "shell",
              "label": "command line: List links, with `status` and `limit`",
              "source": "links list --status active --limit 100"
            },
            {
              "lang": "rust",
              "label": "Rust: List links, all pages",
              "source": "use agenthuman_links::Client;\nuse futures_util::TryStreamExt;\n\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n    let client = Client::from_env()?; // reads AGENTHUMAN_API_KEY, AGENTHUMAN_BASE_URL\n    let mut items = std::pin::pin!(client.list_links().stream());\n    while let Some(item) = items.try_next().await? {\n        println!(\"{item:#?}\");\n    }\n    Ok(())\n}"
            },
            {
              "lang": "shell",
              "label": "command line: List links, all pages",
              "source": "links list --all --json"
            }
          ]
        },
        "post": {
          "operationId": "create_link",
          "tags": [
            "links"
          ],
          "summary": "Create a link",
          "description": "Creates an active link to an agent of the account. The new link has a `link_id` that was\nnever used before. The request has no idempotency key: if its response is lost, the link may\nexist, and sending the request again creates another one.\n\n\nEffect of each field of the body:\n\n| field | absent | `null` | a value |\n| --- | --- | --- | --- |\n| `agent_id` | rejected: 400 | rejected: 400 | set to text |\n| `name` | the name is `Link YYYY-MM-DD` with the current date in UTC | creates a link without a name | set to text |\n| `expires_at` | the link never expires | the link never expires | set to a timestamp (RFC 3339) |\n| `use_limit` | the number of sessions is unlimited | the number of sessions is unlimited | set to an integer, 1 … 9007199254740991 |\n",
          "x-cli-description": "Create an active link to an agent of the account, and print it. If the command fails without\na response, the link may exist: look for it with `links list` before you repeat the command,\nwhich would create another one.\n",
          "requestBody": {
            "required": true,
            "description": "The new link, in at most 65536 bytes. A field that the schema does not define, or one that\nappears twice, rejects the whole request.\n",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/CreateLinkRequest"
                },
                "examples": {
                  "named": {
                    "summary": "Name the link, set its expiry, cap its sessions",
                    "value": {
                      "agent_id": "agnt_01J8ZK4R2N5M6P7Q8W4T",
                      "name": "Summer demo",
                      "expires_at": "2030-06-30T18:00:00Z",
                      "use_limit": 100
                    }
                  },
                  "minimal": {
                    "summary": "Name only the agent",
                    "value": {
                      "agent_id": "agnt_01J8ZK4R2N5M6P7Q8W4T"
                    }
                  }
                }
              }
            }
          },
          "responses": {
            "201": {
              "description": "The new link.",
              "headers": {
                "X-RateLimit-Limit": {
                  "$ref": "#/components/headers/X-RateLimit-Limit"
                },
                "X-RateLimit-Remaining": {
                  "$ref": "#/components/headers/X-RateLimit-Remaining"
                },
                "X-RateLimit-Reset": {
                  "$ref": "#/components/headers/X-RateLimit-Reset"
                },
                "X-Request-Id": {
                  "$ref": "#/components/headers/X-Request-Id"
                }
              },
              "content": {
                "application/json": {
                  "schema": {
                    "$ref": "#/components/schemas/LinkResponse"
                  },
                  "examples": {
                    "created": {
                      "summary": "The new link",
                      "value": {
                        "success": true,
                        "link": {
                          "link_id": "lnk_01J8ZK4R2N5M6P7Q8W4T",
                          "name": "Summer demo",
                          "url": "https://app.agenthuman.com/s/lnk_01J8ZK4R2N5M6P7Q8W4T",
                          "agent": {
                            "agent_id": "agnt_01J8ZK4R2N5M6P7Q8W4T",
                            "name": "Support Agent",
                            "avatar_image_url": "https://cdn.example.com/avatars/support.jpg",
                            "created_at": "2024-01-15T10:00:00Z",
                            "voice_agent": {
                              "provider": "ElevenLabs",
                              "agent_id": "el_agent_xxxxxxxxxxxxxxxx",
                              "auth_method": "public"
                            }
                          },
                          "status": "active",
                          "uses": 0,
                          "use_limit": 100,
                          "created_at": "2024-01-15T10:30:00Z",
                          "expires_at": "2030-06-30T18:00:00Z"
                        }
                      }
                    }
                  }
                }
              }
            },
            "400": {
              "$ref": "#/components/responses/BadRequest"
            },
            "401": {
              "$ref": "#/components/responses/Unauthorized"
            },
            "413": {
              "$ref": "#/components/responses/PayloadTooLarge"
            },
            "415": {
              "$ref": "#/components/responses/UnsupportedMediaType"
            },
            "429": {
              "$ref": "#/components/responses/TooManyRequests"
            },
            "500": {
              "$ref": "#/components/responses/InternalServerError"
            },
            "503": {
              "$ref": "#/components/responses/ServiceUnavailable"
            }
          },
          "x-codeSamples": [
            {
              "lang": "shell",
              "label": "curl: Name the link, set its expiry, cap its sessions",
              "source": "curl --fail-with-body --request POST \\\n  \"${AGENTHUMAN_BASE_URL:-https://api.agenthuman.com}/v1/links\" \\\n  --header \"x-api-key: $AGENTHUMAN_API_KEY\" \\\n  --header 'content-type: application/json' \\\n  --data '{\n  \"agent_id\": \"agnt_01J8ZK4R2N5M6P7Q8W4T\",\n  \"name\": \"Summer demo\",\n  \"expires_at\": \"2030-06-30T18:00:00Z\",\n  \"use_limit\": 100\n}'"
            },
            {
              "lang": "rust",
              "label": "Rust: Name the link, set its expiry, cap its sessions",
              "source": "use agenthuman_links::Client;\nuse chrono::{DateTime, Utc};\n\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n    let client = Client::from_env()?; // reads AGENTHUMAN_API_KEY, AGENTHUMAN_BASE_URL\n    let response = client\n        .create_link(\"agnt_01J8ZK4R2N5M6P7Q8W4T\")\n        .name(\"Summer demo\")\n        .expires_at(\"2030-06-30T18:00:00Z\".parse::<DateTime<Utc>>()?)\n        .use_limit(100)\n        .send()\n        .await?;\n    println!(\"{response:#?}\");\n    Ok(())\n}"
            },
            {
              "lang": "shell",
              "label": "command line: Name the link, set its expiry, cap its sessions",
              "source": "links create agnt_01J8ZK4R2N5M6P7Q8W4T --name 'Summer demo' --expires-at 2030-06-30T18:00:00Z --use-limit 100"
            },
            {
              "lang": "shell",
              "label": "curl: Name only the agent",
              "source": "curl --fail-with-body --request POST \\\n  \"${AGENTHUMAN_BASE_URL:-https://api.agenthuman.com}/v1/links\" \\\n  --header \"x-api-key: $AGENTHUMAN_API_KEY\" \\\n  --header 'content-type: application/json' \\\n  --data '{\n  \"agent_id\": \"agnt_01J8ZK4R2N5M6P7Q8W4T\"\n}'"
            },
            {
              "lang": "rust",
              "label": "Rust: Name only the agent",
              "source": "use agenthuman_links::Client;\n\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n    let client = Client::from_env()?; // reads AGENTHUMAN_API_KEY, AGENTHUMAN_BASE_URL\n    let response = client\n        .create_link(\"agnt_01J8ZK4R2N5M6P7Q8W4T\")\n        .send()\n        .await?;\n    println!(\"{response:#?}\");\n    Ok(())\n}"
            },
            {
              "lang": "shell",
              "label": "command line: Name only the agent",
              "source": "links create agnt_01J8ZK4R2N5M6P7Q8W4T"
            }
          ]
        }
      },
      "/v1/links/{link_id}": {
        "get": {
          "operationId": "get_link",
          "tags": [
            "links"
          ],
          "summary": "Get a link",
          "description": "Returns a link as it is now.",
          "x-cli-description": "Print a link as it is now.",
          "parameters": [
            {
              "name": "link_id",
              "in": "path",
              "required": true,
              "description": "The link to return.",
              "x-cli-description": "The id of the link.",
              "schema": {
                "$ref": "#/components/schemas/LinkId"
              }
            }
          ],
          "responses": {
            "200": {
              "description": "The link.",
              "headers": {
                "X-RateLimit-Limit": {
                  "$ref": "#/components/headers/X-RateLimit-Limit"
                },
                "X-RateLimit-Remaining": {
                  "$ref": "#/components/headers/X-RateLimit-Remaining"
                },
                "X-RateLimit-Reset": {
                  "$ref": "#/components/headers/X-RateLimit-Reset"
                },
                "X-Request-Id": {
                  "$ref": "#/components/headers/X-Request-Id"
                }
              },
              "content": {
                "application/json": {
                  "schema": {
                    "$ref": "#/components/schemas/LinkResponse"
                  },
                  "examples": {
                    "active": {
                      "summary": "An active link",
                      "value": {
                        "success": true,
                        "link": {
                          "link_id": "lnk_01J8ZK4R2N5M6P7Q8W4T",
                          "name": "Summer demo",
                          "url": "https://app.agenthuman.com/s/lnk_01J8ZK4R2N5M6P7Q8W4T",
                          "agent": {
                            "agent_id": "agnt_01J8ZK4R2N5M6P7Q8W4T",
                            "name": "Support Agent",
                            "avatar_image_url": "https://cdn.example.com/avatars/support.jpg",
                            "created_at": "2024-01-15T10:00:00Z",
                            "voice_agent": {
                              "provider": "ElevenLabs",
                              "agent_id": "el_agent_xxxxxxxxxxxxxxxx",
                              "auth_method": "public"
                            }
                          },
                          "status": "active",
                          "uses": 12,
                          "use_limit": 100,
                          "created_at": "2024-01-15T10:30:00Z",
                          "expires_at": "2030-06-30T18:00:00Z"
                        }
                      }
                    }
                  }
                }
              }
            },
            "400": {
              "$ref": "#/components/responses/BadRequest"
            },
            "401": {
              "$ref": "#/components/responses/Unauthorized"
            },
            "404": {
              "$ref": "#/components/responses/NotFound"
            },
            "429": {
              "$ref": "#/components/responses/TooManyRequests"
            },
            "500": {
              "$ref": "#/components/responses/InternalServerError"
            },
            "503": {
              "$ref": "#/components/responses/ServiceUnavailable"
            }
          },
          "x-codeSamples": [
            {
              "lang": "shell",
              "label": "curl: Get a link",
              "source": "curl --fail-with-body --request GET \\\n  \"${AGENTHUMAN_BASE_URL:-https://api.agenthuman.com}/v1/links/lnk_01J8ZK4R2N5M6P7Q8W4T\" \\\n  --header \"x-api-key: $AGENTHUMAN_API_KEY\""
            },
            {
              "lang": "rust",
              "label": "Rust: Get a link",
              "source": "use agenthuman_links::Client;\n\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n    let client = Client::from_env()?; // reads AGENTHUMAN_API_KEY, AGENTHUMAN_BASE_URL\n    let response = client\n        .get_link(\"lnk_01J8ZK4R2N5M6P7Q8W4T\")\n        .send()\n        .await?;\n    println!(\"{response:#?}\");\n    Ok(())\n}"
            },
            {
              "lang": "shell",
              "label": "command line: Get a link",
              "source": "links get lnk_01J8ZK4R2N5M6P7Q8W4T"
            }
          ]
        },
        "put": {
          "operationId": "update_link",
          "tags": [
            "links"
          ],
          "summary": "Update a link",
          "description": "Changes the fields that the body contains, and returns the link as it is afterwards. `{}` is\na valid update that changes nothing. Concurrent updates of one link are applied one after\nthe other, and no field of either is lost.\n\n\nEffect of each field of the body:\n\n| field | absent | `null` | a value |\n| --- | --- | --- | --- |\n| `name` | unchanged | clears the name | set to text |\n| `status` | unchanged | rejected: 400 | set to `active`, `paused` or `expired` |\n| `expires_at` | unchanged | removes the expiry: the link never expires | set to a timestamp (RFC 3339) |\n| `use_limit` | unchanged | removes the limit: the number of sessions is unlimited | set to an integer, 1 … 9007199254740991 |\n",
          "x-cli-description": "Change the fields whose flags are given, and print the link as it is afterwards. All other\nfields keep their values.\n",
          "parameters": [
            {
              "name": "link_id",
              "in": "path",
              "required": true,
              "description": "The link to update.",
              "x-cli-description": "The id of the link.",
              "schema": {
                "$ref": "#/components/schemas/LinkId"
              }
            }
          ],
          "requestBody": {
            "required": true,
            "description": "The fields to change, in at most 65536 bytes. A field that the schema does not define, or\none that appears twice, rejects the whole request.\n",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/UpdateLinkRequest"
                },
                "examples": {
                  "set": {
                    "summary": "Set all four fields",
                    "value": {
                      "name": "Updated Name",
                      "status": "active",
                      "expires_at": "2030-06-30T18:00:00Z",
                      "use_limit": 100
                    }
                  },
                  "clear": {
                    "summary": "Clear the fields that can be cleared",
                    "value": {
                      "name": null,
                      "expires_at": null,
                      "use_limit": null
                    }
                  },
                  "pause": {
                    "summary": "Pause the link, remove its expiry, cap its sessions",
                    "value": {
                      "name": "Updated Name",
                      "status": "paused",
                      "expires_at": null,
                      "use_limit": 100
                    }
                  },
                  "empty": {
                    "summary": "Change nothing",
                    "value": {}
                  }
                }
              }
            }
          },
          "responses": {
            "200": {
              "description": "The link after the update.",
              "headers": {
                "X-RateLimit-Limit": {
                  "$ref": "#/components/headers/X-RateLimit-Limit"
                },
                "X-RateLimit-Remaining": {
                  "$ref": "#/components/headers/X-RateLimit-Remaining"
                },
                "X-RateLimit-Reset": {
                  "$ref": "#/components/headers/X-RateLimit-Reset"
                },
                "X-Request-Id": {
                  "$ref": "#/components/headers/X-Request-Id"
                }
              },
              "content": {
                "application/json": {
                  "schema": {
                    "$ref": "#/components/schemas/LinkResponse"
                  },
                  "examples": {
                    "paused": {
                      "summary": "Paused, never expires, capped at 100 sessions",
                      "value": {
                        "success": true,
                        "link": {
                          "link_id": "lnk_01J8ZK4R2N5M6P7Q8W4T",
                          "name": "Updated Name",
                          "url": "https://app.agenthuman.com/s/lnk_01J8ZK4R2N5M6P7Q8W4T",
                          "agent": {
                            "agent_id": "agnt_01J8ZK4R2N5M6P7Q8W4T",
                            "name": "Support Agent",
                            "avatar_image_url": "https://cdn.example.com/avatars/support.jpg",
                            "created_at": "2024-01-15T10:00:00Z",
                            "voice_agent": {
                              "provider": "ElevenLabs",
                              "agent_id": "el_agent_xxxxxxxxxxxxxxxx",
                              "auth_method": "public"
                            }
                          },
                          "status": "paused",
                          "uses": 12,
                          "use_limit": 100,
                          "created_at": "2024-01-15T10:30:00Z",
                          "expires_at": null
                        }
                      }
                    },
                    "cleared": {
                      "summary": "Name, expiry and session limit cleared",
                      "value": {
                        "success": true,
                        "link": {
                          "link_id": "lnk_01J8ZK4R2N5M6P7Q8W4T",
                          "name": null,
                          "url": "https://app.agenthuman.com/s/lnk_01J8ZK4R2N5M6P7Q8W4T",
                          "agent": {
                            "agent_id": "agnt_01J8ZK4R2N5M6P7Q8W4T",
                            "name": "Support Agent",
                            "avatar_image_url": "https://cdn.example.com/avatars/support.jpg",
                            "created_at": "2024-01-15T10:00:00Z",
                            "voice_agent": {
                              "provider": "ElevenLabs",
                              "agent_id": "el_agent_xxxxxxxxxxxxxxxx",
                              "auth_method": "public"
                            }
                          },
                          "status": "active",
                          "uses": 12,
                          "use_limit": null,
                          "created_at": "2024-01-15T10:30:00Z",
                          "expires_at": null
                        }
                      }
                    }
                  }
                }
              }
            },
            "400": {
              "$ref": "#/components/responses/BadRequest"
            },
            "401": {
              "$ref": "#/components/responses/Unauthorized"
            },
            "404": {
              "$ref": "#/components/responses/NotFound"
            },
            "413": {
              "$ref": "#/components/responses/PayloadTooLarge"
            },
            "415": {
              "$ref": "#/components/responses/UnsupportedMediaType"
            },
            "429": {
              "$ref": "#/components/responses/TooManyRequests"
            },
            "500": {
              "$ref": "#/components/responses/InternalServerError"
            },
            "503": {
              "$ref": "#/components/responses/ServiceUnavailable"
            }
          },
          "x-codeSamples": [
            {
              "lang": "shell",
              "label": "curl: Set all four fields",
              "source": "curl --fail-with-body --request PUT \\\n  \"${AGENTHUMAN_BASE_URL:-https://api.agenthuman.com}/v1/links/lnk_01J8ZK4R2N5M6P7Q8W4T\" \\\n  --header \"x-api-key: $AGENTHUMAN_API_KEY\" \\\n  --header 'content-type: application/json' \\\n  --data '{\n  \"name\": \"Updated Name\",\n  \"status\": \"active\",\n  \"expires_at\": \"2030-06-30T18:00:00Z\",\n  \"use_limit\": 100\n}'"
            },
            {
              "lang": "rust",
              "label": "Rust: Set all four fields",
              "source": "use agenthuman_links::{Client, LinkStatus};\nuse chrono::{DateTime, Utc};\n\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n    let client = Client::from_env()?; // reads AGENTHUMAN_API_KEY, AGENTHUMAN_BASE_URL\n    let response = client\n        .update_link(\"lnk_01J8ZK4R2N5M6P7Q8W4T\")\n        .name(\"Updated Name\")\n        .status(LinkStatus::Active)\n        .expires_at(\"2030-06-30T18:00:00Z\".parse::<DateTime<Utc>>()?)\n        .use_limit(100)\n        .send()\n        .await?;\n    println!(\"{response:#?}\");\n    Ok(())\n}"
            },
            {
              "lang": "shell",
              "label": "command line: Set all four fields",
              "source": "links update lnk_01J8ZK4R2N5M6P7Q8W4T --name 'Updated Name' --status active --expires-at 2030-06-30T18:00:00Z --use-limit 100"
            },
            {
              "lang": "shell",
              "label": "curl: Clear the fields that can be cleared",
              "source": "curl --fail-with-body --request PUT \\\n  \"${AGENTHUMAN_BASE_URL:-https://api.agenthuman.com}/v1/links/lnk_01J8ZK4R2N5M6P7Q8W4T\" \\\n  --header \"x-api-key: $AGENTHUMAN_API_KEY\" \\\n  --header 'content-type: application/json' \\\n  --data '{\n  \"name\": null,\n  \"expires_at\": null,\n  \"use_limit\": null\n}'"
            },
            {
              "lang": "rust",
              "label": "Rust: Clear the fields that can be cleared",
              "source": "use agenthuman_links::Client;\n\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n    let client = Client::from_env()?; // reads AGENTHUMAN_API_KEY, AGENTHUMAN_BASE_URL\n    let response = client\n        .update_link(\"lnk_01J8ZK4R2N5M6P7Q8W4T\")\n        .clear_name()\n        .clear_expires_at()\n        .clear_use_limit()\n        .send()\n        .await?;\n    println!(\"{response:#?}\");\n    Ok(())\n}"
            },
            {
              "lang": "shell",
              "label": "command line: Clear the fields that can be cleared",
              "source": "links update lnk_01J8ZK4R2N5M6P7Q8W4T --clear-name --clear-expires-at --clear-use-limit"
            },
            {
              "lang": "shell",
              "label": "curl: Pause the link, remove its expiry, cap its sessions",
              "source": "curl --fail-with-body --request PUT \\\n  \"${AGENTHUMAN_BASE_URL:-https://api.agenthuman.com}/v1/links/lnk_01J8ZK4R2N5M6P7Q8W4T\" \\\n  --header \"x-api-key: $AGENTHUMAN_API_KEY\" \\\n  --header 'content-type: application/json' \\\n  --data '{\n  \"name\": \"Updated Name\",\n  \"status\": \"paused\",\n  \"expires_at\": null,\n  \"use_limit\": 100\n}'"
            },
            {
              "lang": "rust",
              "label": "Rust: Pause the link, remove its expiry, cap its sessions",
              "source": "use agenthuman_links::{Client, LinkStatus};\n\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n    let client = Client::from_env()?; // reads AGENTHUMAN_API_KEY, AGENTHUMAN_BASE_URL\n    let response = client\n        .update_link(\"lnk_01J8ZK4R2N5M6P7Q8W4T\")\n        .name(\"Updated Name\")\n        .status(LinkStatus::Paused)\n        .clear_expires_at()\n        .use_limit(100)\n        .send()\n        .await?;\n    println!(\"{response:#?}\");\n    Ok(())\n}"
            },
            {
              "lang": "shell",
              "label": "command line: Pause the link, remove its expiry, cap its sessions",
              "source": "links update lnk_01J8ZK4R2N5M6P7Q8W4T --name 'Updated Name' --status paused --clear-expires-at --use-limit 100"
            },
            {
              "lang": "shell",
              "label": "curl: Change nothing",
              "source": "curl --fail-with-body --request PUT \\\n  \"${AGENTHUMAN_BASE_URL:-https://api.agenthuman.com}/v1/links/lnk_01J8ZK4R2N5M6P7Q8W4T\" \\\n  --header \"x-api-key: $AGENTHUMAN_API_KEY\" \\\n  --header 'content-type: application/json' \\\n  --data '{}'"
            }
          ]
        },
        "delete": {
          "operationId": "delete_link",
          "tags": [
            "links"
          ],
          "summary": "Delete a link",
          "x-cli-confirm": "Delete the link permanently?",
          "description": "Deletes a link permanently. Its public address stops working, and every later request for it\nis rejected with 404.\n",
          "x-cli-description": "Delete a link permanently. Its public address stops working, and later commands with its id\nfail.\n",
          "parameters": [
            {
              "name": "link_id",
              "in": "path",
              "required": true,
              "description": "The link to delete.",
              "x-cli-description": "The id of the link.",
              "schema": {
                "$ref": "#/components/schemas/LinkId"
              }
            }
          ],
          "responses": {
            "200": {
              "description": "The link has been deleted.",
              "headers": {
                "X-RateLimit-Limit": {
                  "$ref": "#/components/headers/X-RateLimit-Limit"
                },
                "X-RateLimit-Remaining": {
                  "$ref": "#/components/headers/X-RateLimit-Remaining"
                },
                "X-RateLimit-Reset": {
                  "$ref": "#/components/headers/X-RateLimit-Reset"
                },
                "X-Request-Id": {
                  "$ref": "#/components/headers/X-Request-Id"
                }
              },
              "content": {
                "application/json": {
                  "schema": {
                    "$ref": "#/components/schemas/DeleteLinkResponse"
                  },
                  "examples": {
                    "deleted": {
                      "summary": "Deleted",
                      "value": {
                        "success": true,
                        "message": "Link deleted"
                      }
                    }
                  }
                }
              }
            },
            "400": {
              "$ref": "#/components/responses/BadRequest"
            },
            "401": {
              "$ref": "#/components/responses/Unauthorized"
            },
            "404": {
              "$ref": "#/components/responses/NotFound"
            },
            "429": {
              "$ref": "#/components/responses/TooManyRequests"
            },
            "500": {
              "$ref": "#/components/responses/InternalServerError"
            },
            "503": {
              "$ref": "#/components/responses/ServiceUnavailable"
            }
          },
          "x-codeSamples": [
            {
              "lang": "shell",
              "label": "curl: Delete a link",
              "source": "curl --fail-with-body --request DELETE \\\n  \"${AGENTHUMAN_BASE_URL:-https://api.agenthuman.com}/v1/links/lnk_01J8ZK4R2N5M6P7Q8W4T\" \\\n  --header \"x-api-key: $AGENTHUMAN_API_KEY\""
            },
            {
              "lang": "rust",
              "label": "Rust: Delete a link",
              "source": "use agenthuman_links::Client;\n\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n    let client = Client::from_env()?; // reads AGENTHUMAN_API_KEY, AGENTHUMAN_BASE_URL\n    let response = client\n        .delete_link(\"lnk_01J8ZK4R2N5M6P7Q8W4T\")\n        .send()\n        .await?;\n    println!(\"{response:#?}\");\n    Ok(())\n}"
            },
            {
              "lang": "shell",
              "label": "command line: Delete a link",
              "source": "links delete lnk_01J8ZK4R2N5M6P7Q8W4T --yes"
            }
          ]
        }
      }
    },
    "components": {
      "securitySchemes": {
        "ApiKey": {
          "type": "apiKey",
          "in": "header",
          "name": "x-api-key",
          "description": "A key of the account, `ah_live_…` or `ah_test_…`. It gives access to the links of its own\naccount only.\n"
        }
      },
      "headers": {
        "X-RateLimit-Limit": {
          "description": "The number of requests to all operations together that the key may make in one window of\n60 seconds. A server without a limit sends 9007199254740991.\n",
          "required": true,
          "schema": {
            "$ref": "#/components/schemas/RequestCount"
          }
        },
        "X-RateLimit-Remaining": {
          "description": "The number of requests that the key has left in the current window.",
          "required": true,
          "schema": {
            "$ref": "#/components/schemas/RequestCount"
          }
        },
        "X-RateLimit-Reset": {
          "description": "The end of the current window, in seconds since 1970-01-01T00:00:00Z.",
          "required": true,
          "schema": {
            "$ref": "#/components/schemas/UnixSeconds"
          }
        },
        "X-RateLimit-Limit-If-Known": {
          "description": "As X-RateLimit-Limit; absent if the server failed before it had checked the key.",
          "schema": {
            "$ref": "#/components/schemas/RequestCount"
          }
        },
        "X-RateLimit-Remaining-If-Known": {
          "description": "As X-RateLimit-Remaining; absent if the server failed before it had checked the key.",
          "schema": {
            "$ref": "#/components/schemas/RequestCount"
          }
        },
        "X-RateLimit-Reset-If-Known": {
          "description": "As X-RateLimit-Reset; absent if the server failed before it had checked the key.",
          "schema": {
            "$ref": "#/components/schemas/UnixSeconds"
          }
        },
        "X-Request-Id": {
          "description": "Identifies the response in the server's log. Quote it when you ask for support.",
          "required": true,
          "schema": {
            "type": "string"
          }
        },
        "Retry-After": {
          "description": "Seconds to wait before the next attempt.",
          "required": true,
          "schema": {
            "$ref": "#/components/schemas/DelaySeconds"
          }
        }
      },
      "responses": {
        "BadRequest": {
          "description": "A parameter, the body or the combination of fields is invalid. `error.details.field` names\nthe parameter or field, if there is one. Nothing has changed.\n",
          "headers": {
            "X-RateLimit-Limit": {
              "$ref": "#/components/headers/X-RateLimit-Limit"
            },
            "X-RateLimit-Remaining": {
              "$ref": "#/components/headers/X-RateLimit-Remaining"
            },
            "X-RateLimit-Reset": {
              "$ref": "#/components/headers/X-RateLimit-Reset"
            },
            "X-Request-Id": {
              "$ref": "#/components/headers/X-Request-Id"
            }
          },
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/ErrorResponse"
              },
              "examples": {
                "limit_not_above_uses": {
                  "summary": "The session limit is not above the sessions already started",
                  "value": {
                    "success": false,
                    "error": {
                      "message": "`use_limit` is 12, but 12 sessions have already started",
                      "suggestion": "Send a `use_limit` of at least 13, or null for unlimited sessions",
                      "code": "INVALID_FIELD",
                      "details": {
                        "field": "use_limit"
                      }
                    }
                  }
                },
                "unknown_field": {
                  "summary": "The body has a field that the API does not know",
                  "value": {
                    "success": false,
                    "error": {
                      "message": "unknown field `expire_at`",
                      "suggestion": "Did you mean `expires_at`?",
                      "code": "UNKNOWN_FIELD",
                      "details": {
                        "field": "expire_at"
                      }
                    }
                  }
                }
              }
            }
          }
        },
        "Unauthorized": {
          "description": "The key is missing, unknown, repeated or revoked.",
          "headers": {
            "X-Request-Id": {
              "$ref": "#/components/headers/X-Request-Id"
            }
          },
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/ErrorResponse"
              },
              "examples": {
                "missing": {
                  "summary": "No key was sent",
                  "value": {
                    "error": "API key required"
                  }
                },
                "unknown": {
                  "summary": "The key is not one that the service has issued",
                  "value": {
                    "error": "Invalid API key"
                  }
                },
                "revoked": {
                  "summary": "The key has been revoked",
                  "value": {
                    "error": "API key has been deactivated"
                  }
                }
              }
            }
          }
        },
        "NotFound": {
          "description": "The account has no such link. The response is the same for a link of another account and for\na deleted one.\n",
          "headers": {
            "X-RateLimit-Limit": {
              "$ref": "#/components/headers/X-RateLimit-Limit"
            },
            "X-RateLimit-Remaining": {
              "$ref": "#/components/headers/X-RateLimit-Remaining"
            },
            "X-RateLimit-Reset": {
              "$ref": "#/components/headers/X-RateLimit-Reset"
            },
            "X-Request-Id": {
              "$ref": "#/components/headers/X-Request-Id"
            }
          },
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/ErrorResponse"
              },
              "examples": {
                "not_found": {
                  "summary": "No such link",
                  "value": {
                    "success": false,
                    "error": {
                      "message": "Link not found",
                      "suggestion": "Check the link_id, and that the API key belongs to the account that owns the link",
                      "code": "LINK_NOT_FOUND"
                    }
                  }
                }
              }
            }
          }
        },
        "PayloadTooLarge": {
          "description": "The body is larger than 65536 bytes. Nothing has changed.",
          "headers": {
            "X-RateLimit-Limit": {
              "$ref": "#/components/headers/X-RateLimit-Limit"
            },
            "X-RateLimit-Remaining": {
              "$ref": "#/components/headers/X-RateLimit-Remaining"
            },
            "X-RateLimit-Reset": {
              "$ref": "#/components/headers/X-RateLimit-Reset"
            },
            "X-Request-Id": {
              "$ref": "#/components/headers/X-Request-Id"
            }
          },
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/ErrorResponse"
              },
              "examples": {
                "too_large": {
                  "summary": "The body is too large",
                  "value": {
                    "success": false,
                    "error": {
                      "message": "the request body is larger than 65536 bytes",
                      "suggestion": "Send only the fields that change",
                      "code": "PAYLOAD_TOO_LARGE"
                    }
                  }
                }
              }
            }
          }
        },
        "UnsupportedMediaType": {
          "description": "The body is not declared as `application/json`, or it has a content encoding. Nothing has\nchanged.\n",
          "headers": {
            "X-RateLimit-Limit": {
              "$ref": "#/components/headers/X-RateLimit-Limit"
            },
            "X-RateLimit-Remaining": {
              "$ref": "#/components/headers/X-RateLimit-Remaining"
            },
            "X-RateLimit-Reset": {
              "$ref": "#/components/headers/X-RateLimit-Reset"
            },
            "X-Request-Id": {
              "$ref": "#/components/headers/X-Request-Id"
            }
          },
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/ErrorResponse"
              },
              "examples": {
                "unsupported_media_type": {
                  "summary": "The media type is not JSON",
                  "value": {
                    "success": false,
                    "error": {
                      "message": "the request body is `text/plain`, not `application/json`",
                      "suggestion": "Send the header `content-type: application/json`",
                      "code": "UNSUPPORTED_MEDIA_TYPE"
                    }
                  }
                }
              }
            }
          }
        },
        "TooManyRequests": {
          "description": "The key has used up its requests for the current window of 60 seconds. Nothing has changed.\n",
          "headers": {
            "X-RateLimit-Limit": {
              "$ref": "#/components/headers/X-RateLimit-Limit"
            },
            "X-RateLimit-Remaining": {
              "$ref": "#/components/headers/X-RateLimit-Remaining"
            },
            "X-RateLimit-Reset": {
              "$ref": "#/components/headers/X-RateLimit-Reset"
            },
            "X-Request-Id": {
              "$ref": "#/components/headers/X-Request-Id"
            },
            "Retry-After": {
              "$ref": "#/components/headers/Retry-After"
            }
          },
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/ErrorResponse"
              },
              "examples": {
                "too_many_requests": {
                  "summary": "The window is used up",
                  "value": {
                    "success": false,
                    "error": "Too many requests. Try again in 21 seconds."
                  }
                }
              }
            }
          }
        },
        "InternalServerError": {
          "description": "The server failed. Its log has the cause; the response does not.",
          "headers": {
            "X-RateLimit-Limit": {
              "$ref": "#/components/headers/X-RateLimit-Limit-If-Known"
            },
            "X-RateLimit-Remaining": {
              "$ref": "#/components/headers/X-RateLimit-Remaining-If-Known"
            },
            "X-RateLimit-Reset": {
              "$ref": "#/components/headers/X-RateLimit-Reset-If-Known"
            },
            "X-Request-Id": {
              "$ref": "#/components/headers/X-Request-Id"
            }
          },
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/ErrorResponse"
              },
              "examples": {
                "internal": {
                  "summary": "An unexpected failure",
                  "value": {
                    "success": false,
                    "error": {
                      "message": "Internal server error",
                      "suggestion": "Try again; if it keeps failing, contact support with the X-Request-Id",
                      "code": "INTERNAL"
                    }
                  }
                }
              }
            }
          }
        },
        "ServiceUnavailable": {
          "description": "The server cannot reach its storage, or is overloaded. Nothing has changed, with one\nexception: if the storage fails or stops responding after it has received a change, that\nchange may have taken effect.\n",
          "headers": {
            "X-RateLimit-Limit": {
              "$ref": "#/components/headers/X-RateLimit-Limit-If-Known"
            },
            "X-RateLimit-Remaining": {
              "$ref": "#/components/headers/X-RateLimit-Remaining-If-Known"
            },
            "X-RateLimit-Reset": {
              "$ref": "#/components/headers/X-RateLimit-Reset-If-Known"
            },
            "X-Request-Id": {
              "$ref": "#/components/headers/X-Request-Id"
            },
            "Retry-After": {
              "$ref": "#/components/headers/Retry-After"
            }
          },
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/ErrorResponse"
              },
              "examples": {
                "unavailable": {
                  "summary": "Temporarily out of service",
                  "value": {
                    "success": false,
                    "error": {
                      "message": "The service is temporarily unavailable",
                      "suggestion": "Try again after the number of seconds in the Retry-After header",
                      "code": "UNAVAILABLE"
                    }
                  }
                }
              }
            }
          }
        }
      },
      "schemas": {
        "LinkId": {
          "type": "string",
          "description": "Identifies a link permanently. Any other form is rejected with 400.",
          "pattern": "^lnk_[0-9A-Za-z_-]{1,128}$",
          "x-cli-pattern": "`lnk_` and 1 to 128 letters, digits, underscores or dashes",
          "example": "lnk_01J8ZK4R2N5M6P7Q8W4T"
        },
        "LinkStatus": {
          "type": "string",
          "description": "- `active`: visitors can start sessions.\n- `paused`: visitors cannot start sessions until the link is active again.\n- `expired`: that status is stored, the expiry has passed, or the session limit is reached.\n",
          "enum": [
            "active",
            "paused",
            "expired"
          ]
        },
        "LinkStatusFilter": {
          "type": "string",
          "description": "The reported status of the links to return; `all` returns every link.",
          "enum": [
            "active",
            "paused",
            "expired",
            "all"
          ]
        },
        "AgentId": {
          "type": "string",
          "description": "Identifies an agent permanently. Any other form is rejected with 400.",
          "pattern": "^agnt_[0-9A-Za-z_-]{1,128}$",
          "x-cli-pattern": "`agnt_` and 1 to 128 letters, digits, underscores or dashes",
          "example": "agnt_01J8ZK4R2N5M6P7Q8W4T"
        },
        "CreateLinkRequest": {
          "type": "object",
          "description": "A new link.",
          "additionalProperties": false,
          "required": [
            "agent_id"
          ],
          "properties": {
            "agent_id": {
              "allOf": [
                {
                  "$ref": "#/components/schemas/AgentId"
                }
              ],
              "description": "The agent that visitors talk to. It must belong to the account; an unknown agent is\nrejected with 400 and the code `AGENT_NOT_FOUND`.\n",
              "x-cli-description": "The id of the agent that visitors talk to. It must belong to the account."
            },
            "name": {
              "type": "string",
              "nullable": true,
              "description": "The display name: any text without U+0000, including the empty string. If the field is\nabsent, the name is `Link YYYY-MM-DD` with the current date in UTC; `null` creates a\nlink without a name.\n",
              "x-cli-description": "Set the display name. The default is `Link YYYY-MM-DD` with the current date in UTC;\n`--clear-name` creates a link without a name.\n",
              "pattern": "^[^\\u0000]*$",
              "x-cli-pattern": "any text without the character U+0000"
            },
            "expires_at": {
              "type": "string",
              "format": "date-time",
              "nullable": true,
              "description": "The time at which the link expires: an RFC 3339 timestamp with any offset, stored to the\nmicrosecond and returned in UTC. Second 60 is accepted only at 23:59:60 UTC. A time in\nthe past is accepted and creates an expired link. If the field is absent or `null`, the\nlink never expires.\n",
              "x-cli-description": "Set the time at which the link expires, such as 2030-06-30T18:00:00Z or\n2030-06-30T20:00:00+02:00. A time in the past creates an expired link. By default the\nlink never expires.\n"
            },
            "use_limit": {
              "type": "integer",
              "format": "int64",
              "minimum": 1,
              "maximum": 9007199254740991,
              "nullable": true,
              "description": "The maximum number of sessions. `100.0` is the integer 100; a number with a fraction is\nrejected. If the field is absent or `null`, the number of sessions is unlimited.\n",
              "x-cli-description": "Set the maximum number of sessions. By default it is unlimited.\n"
            }
          }
        },
        "UpdateLinkRequest": {
          "type": "object",
          "description": "The changes to a link. An absent field stays as it is; `null` clears a nullable field.\n",
          "additionalProperties": false,
          "properties": {
            "name": {
              "type": "string",
              "nullable": true,
              "description": "The display name: any text without U+0000, including the empty string. `null` clears\nthe name.\n",
              "x-cli-description": "Set the display name.",
              "pattern": "^[^\\u0000]*$",
              "x-cli-pattern": "any text without the character U+0000"
            },
            "status": {
              "allOf": [
                {
                  "$ref": "#/components/schemas/LinkStatus"
                }
              ],
              "description": "The status to store; it cannot be `null`. `active` is rejected with 400 if the link\nwould still be expired after this update: change `expires_at` or `use_limit` in the same\nrequest.\n",
              "x-cli-description": "Set the status. To make an expired link `active`, change `--expires-at` or `--use-limit`\nin the same command.\n"
            },
            "expires_at": {
              "type": "string",
              "format": "date-time",
              "nullable": true,
              "description": "The time at which the link expires: an RFC 3339 timestamp with any offset, stored to the\nmicrosecond and returned in UTC. Second 60 is accepted only at 23:59:60 UTC. A time in\nthe past is accepted and expires the link immediately; a time in the future restores the\nstored status of a link that had expired. `null` removes the expiry: the link never\nexpires.\n",
              "x-cli-description": "Set the time at which the link expires, such as 2030-06-30T18:00:00Z or\n2030-06-30T20:00:00+02:00. A time in the past expires the link immediately. A time in\nthe future restores the status that a link had before it expired. With\n`--clear-expires-at` the link never expires.\n"
            },
            "use_limit": {
              "type": "integer",
              "format": "int64",
              "minimum": 1,
              "maximum": 9007199254740991,
              "nullable": true,
              "description": "The maximum number of sessions. It must be greater than the current `uses`. `100.0` is\nthe integer 100; a number with a fraction is rejected. A higher limit restores the\nstored status of a link that had reached its limit. `null` removes the limit: the number\nof sessions is unlimited.\n",
              "x-cli-description": "Set the maximum number of sessions. It must be greater than the number of sessions so\nfar. A higher maximum restores the status that a link had before it reached its limit.\nWith `--clear-use-limit` the number is unlimited.\n"
            }
          }
        },
        "LinkResponse": {
          "type": "object",
          "description": "The body of every successful response about one link.",
          "required": [
            "success",
            "link"
          ],
          "properties": {
            "success": {
              "type": "boolean",
              "description": "Always `true`."
            },
            "link": {
              "$ref": "#/components/schemas/Link"
            }
          }
        },
        "ListLinksResponse": {
          "type": "object",
          "description": "The links of an account, or one page of them.",
          "required": [
            "success",
            "links"
          ],
          "properties": {
            "success": {
              "type": "boolean",
              "description": "Always `true`."
            },
            "links": {
              "type": "array",
              "description": "The links, the newest `created_at` first.",
              "items": {
                "$ref": "#/components/schemas/Link"
              }
            },
            "next_cursor": {
              "type": "string",
              "nullable": true,
              "description": "The `cursor` of the next page; `null` on the last one. It is absent if the request had\nno `limit`.\n"
            }
          }
        },
        "DeleteLinkResponse": {
          "type": "object",
          "description": "The confirmation that a link has been deleted.",
          "required": [
            "success",
            "message"
          ],
          "properties": {
            "success": {
              "type": "boolean",
              "description": "Always `true`."
            },
            "message": {
              "type": "string",
              "description": "The confirmation, for people."
            }
          }
        },
        "Link": {
          "type": "object",
          "description": "A shareable link to an agent.",
          "x-cli-columns": [
            "link_id",
            "status",
            "name",
            "uses",
            "use_limit",
            "expires_at",
            "created_at",
            "url"
          ],
          "required": [
            "link_id",
            "name",
            "url",
            "agent",
            "status",
            "uses",
            "use_limit",
            "created_at",
            "expires_at"
          ],
          "properties": {
            "link_id": {
              "$ref": "#/components/schemas/LinkId"
            },
            "name": {
              "type": "string",
              "nullable": true,
              "description": "The display name; `null` if the link has none."
            },
            "url": {
              "type": "string",
              "description": "The public address, `https://app.agenthuman.com/s/{link_id}`."
            },
            "agent": {
              "$ref": "#/components/schemas/Agent"
            },
            "status": {
              "allOf": [
                {
                  "$ref": "#/components/schemas/LinkStatus"
                }
              ],
              "description": "`expired` if that status is stored, if `expires_at` has passed, or if `uses` has reached\n`use_limit`; otherwise the stored status.\n"
            },
            "uses": {
              "type": "integer",
              "format": "int64",
              "minimum": 0,
              "description": "The number of sessions that have been started."
            },
            "use_limit": {
              "type": "integer",
              "format": "int64",
              "minimum": 1,
              "nullable": true,
              "description": "The maximum number of sessions; `null` means unlimited."
            },
            "created_at": {
              "type": "string",
              "format": "date-time",
              "description": "The time of the link's creation, in UTC."
            },
            "expires_at": {
              "type": "string",
              "format": "date-time",
              "nullable": true,
              "description": "The time at which the link expires, in UTC; `null` means never."
            }
          }
        },
        "Agent": {
          "type": "object",
          "description": "The agent that visitors of a link talk to.",
          "required": [
            "agent_id",
            "name",
            "avatar_image_url",
            "created_at",
            "voice_agent"
          ],
          "properties": {
            "agent_id": {
              "type": "string",
              "description": "Identifies the agent permanently; begins with `agnt_`."
            },
            "name": {
              "type": "string",
              "description": "The agent's display name."
            },
            "avatar_image_url": {
              "type": "string",
              "nullable": true,
              "description": "The URL of the agent's picture; `null` if it has none."
            },
            "created_at": {
              "type": "string",
              "format": "date-time",
              "description": "The time of the agent's creation, in UTC."
            },
            "voice_agent": {
              "$ref": "#/components/schemas/VoiceAgent"
            }
          }
        },
        "VoiceAgent": {
          "type": "object",
          "description": "The voice behind an agent, at the provider that runs it.",
          "required": [
            "provider",
            "agent_id",
            "auth_method"
          ],
          "properties": {
            "provider": {
              "type": "string",
              "description": "The provider, for example `ElevenLabs`."
            },
            "agent_id": {
              "type": "string",
              "description": "The agent's id at that provider."
            },
            "auth_method": {
              "$ref": "#/components/schemas/AuthMethod"
            }
          }
        },
        "AuthMethod": {
          "type": "string",
          "description": "How sessions authenticate at the voice provider.",
          "enum": [
            "public",
            "api_key",
            "token"
          ]
        },
        "ErrorResponse": {
          "type": "object",
          "description": "The body of every error response. `error` is a string for a missing, unknown or revoked key\n(401, without `success`) and for the rate limit (429), and an object for every other error.\n",
          "required": [
            "error"
          ],
          "properties": {
            "success": {
              "type": "boolean",
              "description": "Always `false` if it is present."
            },
            "error": {
              "$ref": "#/components/schemas/ErrorBody"
            }
          }
        },
        "ErrorBody": {
          "description": "The error, as a sentence or in detail.",
          "oneOf": [
            {
              "$ref": "#/components/schemas/ErrorMessage"
            },
            {
              "$ref": "#/components/schemas/ErrorDetail"
            }
          ]
        },
        "ErrorMessage": {
          "type": "string",
          "description": "The error as text for people."
        },
        "ErrorDetail": {
          "type": "object",
          "description": "The error, and how to fix the request.",
          "required": [
            "message"
          ],
          "properties": {
            "message": {
              "type": "string",
              "description": "The error as text for people."
            },
            "suggestion": {
              "type": "string",
              "description": "The way to fix the request, as text for people."
            },
            "code": {
              "type": "string",
              "description": "The error as a code for programs. More codes may be added at any time.\n\n- `INVALID_BODY`: the body is missing, incomplete or not a JSON object.\n- `UNKNOWN_FIELD`, `DUPLICATE_FIELD`, `MISSING_FIELD`: `details.field` is unknown, appears\n  more than once, or is required but missing.\n- `INVALID_FIELD`: the value of `details.field` is not allowed.\n- `AGENT_NOT_FOUND`: the account has no agent with this `agent_id`.\n- `LINK_NOT_FOUND`: the account has no link with this `link_id`.\n- `PAYLOAD_TOO_LARGE`: the body is too large.\n- `UNSUPPORTED_MEDIA_TYPE`: the body is not declared as JSON, or it has a content\n  encoding.\n- `INTERNAL`: the server failed.\n- `UNAVAILABLE`: the server cannot process the request at the moment.\n"
            },
            "details": {
              "type": "object",
              "description": "More details for programs. `field` names the parameter or field that was rejected.\n",
              "additionalProperties": true
            }
          }
        },
        "RequestCount": {
          "type": "integer",
          "format": "int64",
          "description": "A number of requests.",
          "minimum": 0,
          "maximum": 9007199254740991
        },
        "UnixSeconds": {
          "type": "integer",
          "format": "int64",
          "description": "A point in time, in seconds since 1970-01-01T00:00:00Z.",
          "minimum": 0
        },
        "DelaySeconds": {
          "type": "integer",
          "format": "int64",
          "description": "A number of seconds to wait.",
          "minimum": 1
        }
      }
    }
  },
  "withDefaultFonts": false,
  "telemetry": false,
  "proxyUrl": "",
  "agent": {
    "disabled": true
  },
  "mcp": {
    "disabled": true
  },
  "showDeveloperTools": "never",
  "hideClientButton": true,
  "documentDownloadType": "none",
  "hiddenClients": true,
  "orderSchemaPropertiesBy": "preserve",
  "orderRequiredPropertiesFirst": false,
  "expandAllResponses": true
};

  // On an API server, "Test Request" sends its requests to this server.
  if (document.documentElement.dataset.server === 'here') {
    configuration.content.servers = [{ url: location.origin, description: 'This server' }];
  }

  // Fixes accessibility errors of the renderer.
  const fixAccessibility = () => {
    for (const element of document.querySelectorAll('[role=combobox]:not([aria-expanded])')) {
      element.setAttribute('role', 'textbox');
    }
    for (const element of document.querySelectorAll('button[role=none]')) {
      element.removeAttribute('role');
    }
    for (const element of document.querySelectorAll('.cm-content:not([aria-label])')) {
      element.setAttribute('aria-label', 'Body');
    }
    for (const element of document.querySelectorAll('[aria-label="Copy code"][aria-controls]')) {
      if (!document.getElementById(element.getAttribute('aria-controls'))) {
        element.removeAttribute('aria-controls');
      }
    }
    for (const element of document.querySelectorAll('.cm-scroller[tabindex="-1"]')) {
      element.setAttribute('tabindex', '0');
    }
    for (const element of document.querySelectorAll('.markdown table:not([tabindex])')) {
      element.setAttribute('tabindex', '0');
    }
  };
  new MutationObserver(fixAccessibility).observe(document.body, { childList: true, subtree: true });

  Scalar.createApiReference('#reference', configuration);
})();
