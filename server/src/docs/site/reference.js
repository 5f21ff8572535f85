// @generated from openapi/links.yaml by `cargo xtask generate`. Do not edit: edit the contract.
// Starts the reference. openapi/docs/src/reference.rs inserts the configuration with the contract.
(() => {
  const configuration = {
  "content": {
    "openapi": "3.0.3",
    "info": {
      "title": "AgentHuman Links API",
      "version": "1.0.0",
      "description": "[Overview](index.html) · [Change log](changes.html) · Contract as [YAML](openapi.yaml) and [JSON](openapi.json)\n\nA *link* puts a talking agent behind a URL that can be shared. This API manages those links.\n\n**Three states.** In an update each field may be *absent* (stays as it is), `null` (is cleared)\nor *set* to a value. Absent and `null` are never the same thing.\n\n**All or nothing.** A refused request changes nothing, however many of its fields were fine.\n\n**Order of the checks.** API key, rate limit, path, body, existence of the link, rules between\nfields. The first check that fails gives the answer.\n\n**Errors.** Every refusal has the shape of `ErrorResponse`. Where the caller can mend the\nrequest, `error.suggestion` says how.\n",
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
      "/v1/links/{link_id}": {
        "put": {
          "operationId": "update_link",
          "tags": [
            "links"
          ],
          "summary": "Update a link",
          "description": "Changes the fields that the body carries and answers the link as it is afterwards. `{}` is\na valid update that changes nothing. Two updates of one link at once are applied one after\nthe other; no field of either is lost.\n\n\nEffect of each field of the body:\n\n| field | absent | `null` | a value |\n| --- | --- | --- | --- |\n| `name` | unchanged | clears the name | set to text |\n| `status` | unchanged | rejected: 400 | set to `active`, `paused` or `expired` |\n| `expires_at` | unchanged | removes the expiry: the link never expires | set to a timestamp (RFC 3339) |\n| `use_limit` | unchanged | removes the limit: unlimited sessions | set to an integer, 1 … 9007199254740991 |\n",
          "parameters": [
            {
              "name": "link_id",
              "in": "path",
              "required": true,
              "description": "The link to update.",
              "schema": {
                "$ref": "#/components/schemas/LinkId"
              }
            }
          ],
          "requestBody": {
            "required": true,
            "description": "The fields to change. At most 65536 bytes. A field that the schema does not name, or one\nthat appears twice, refuses the whole request.\n",
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
                            "avatar_image_url": null,
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
              "label": "curl: Change nothing",
              "source": "curl --fail-with-body --request PUT \\\n  \"${AGENTHUMAN_BASE_URL:-https://api.agenthuman.com}/v1/links/lnk_01J8ZK4R2N5M6P7Q8W4T\" \\\n  --header \"x-api-key: $AGENTHUMAN_API_KEY\" \\\n  --header 'content-type: application/json' \\\n  --data '{}'"
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
          "description": "A key of the account, `ah_live_…` or `ah_test_…`. It sees the links of its own account and\nno others.\n"
        }
      },
      "headers": {
        "X-RateLimit-Limit": {
          "description": "Requests that the key may make in one window of 60 seconds. A server without a limit says\n9007199254740991.\n",
          "required": true,
          "schema": {
            "$ref": "#/components/schemas/RequestCount"
          }
        },
        "X-RateLimit-Remaining": {
          "description": "Requests that are left to the key in the current window.",
          "required": true,
          "schema": {
            "$ref": "#/components/schemas/RequestCount"
          }
        },
        "X-RateLimit-Reset": {
          "description": "When the current window ends, in seconds since 1970-01-01T00:00:00Z.",
          "required": true,
          "schema": {
            "$ref": "#/components/schemas/UnixSeconds"
          }
        },
        "X-RateLimit-Limit-If-Known": {
          "description": "As X-RateLimit-Limit; missing where the server failed before it knew the key.",
          "schema": {
            "$ref": "#/components/schemas/RequestCount"
          }
        },
        "X-RateLimit-Remaining-If-Known": {
          "description": "As X-RateLimit-Remaining; missing where the server failed before it knew the key.",
          "schema": {
            "$ref": "#/components/schemas/RequestCount"
          }
        },
        "X-RateLimit-Reset-If-Known": {
          "description": "As X-RateLimit-Reset; missing where the server failed before it knew the key.",
          "schema": {
            "$ref": "#/components/schemas/UnixSeconds"
          }
        },
        "X-Request-Id": {
          "description": "Names this answer in the server's log. Quote it when asking for support.",
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
          "description": "The path, the body or the combination of fields is not acceptable. `error.details.field`\nnames the field where there is one. Nothing has changed.\n",
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
          "description": "The key is missing, unknown or revoked.",
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
          "description": "The account has no such link. A link of another account gives exactly the same answer.\n",
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
          "description": "The body is not declared as `application/json`. Nothing has changed.",
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
          "description": "The server failed. Its log has the cause; the answer does not.",
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
          "description": "The server cannot reach its storage, or has too much to do. Nothing has changed.\n",
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
                  "summary": "Out of service for the moment",
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
          "description": "Names a link for good. Any other form is refused with 400.",
          "pattern": "^lnk_[0-9A-Za-z_-]{1,128}$",
          "example": "lnk_01J8ZK4R2N5M6P7Q8W4T"
        },
        "LinkStatus": {
          "type": "string",
          "description": "- `active`: visitors can start sessions.\n- `paused`: visitors cannot start a session for now.\n- `expired`: the link has been stored as expired, its expiry has passed, or its session\n  limit is reached.\n",
          "enum": [
            "active",
            "paused",
            "expired"
          ]
        },
        "UpdateLinkRequest": {
          "type": "object",
          "description": "What to change. An absent field stays as it is; `null` clears a field that can be cleared.\n",
          "additionalProperties": false,
          "properties": {
            "name": {
              "type": "string",
              "nullable": true,
              "description": "The display name. Any text, the empty string included, but without U+0000. `null`\nclears the name.\n",
              "pattern": "^[^\\u0000]*$"
            },
            "status": {
              "allOf": [
                {
                  "$ref": "#/components/schemas/LinkStatus"
                }
              ],
              "description": "The status to store; it cannot be `null`. `active` is refused with 400 where the link\nwould still be expired after this update: move `expires_at` or `use_limit` in the same\nrequest.\n"
            },
            "expires_at": {
              "type": "string",
              "format": "date-time",
              "nullable": true,
              "description": "When the link expires: an RFC 3339 timestamp, stored to the microsecond and answered in\nUTC. A time in the past is accepted and expires the link at once; a later one brings\nan automatically expired link back to its stored status. `null` removes the expiry:\nthe link never expires.\n"
            },
            "use_limit": {
              "type": "integer",
              "format": "int64",
              "minimum": 1,
              "maximum": 9007199254740991,
              "nullable": true,
              "description": "How many sessions may be started in all. Must be greater than the current `uses`.\n`100.0` is the integer 100. A higher limit brings an automatically expired link back to\nits stored status. `null` removes the limit: unlimited sessions.\n"
            }
          }
        },
        "LinkResponse": {
          "type": "object",
          "description": "A link, as every successful answer about one link has it.",
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
        "Link": {
          "type": "object",
          "description": "A shareable link to an agent.",
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
              "description": "The display name; `null` where it has been cleared."
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
              "description": "`expired` where it is stored so, where `expires_at` has passed, or where `uses` has\nreached `use_limit`; otherwise the stored status.\n"
            },
            "uses": {
              "type": "integer",
              "format": "int64",
              "minimum": 0,
              "description": "Sessions started so far."
            },
            "use_limit": {
              "type": "integer",
              "format": "int64",
              "minimum": 1,
              "nullable": true,
              "description": "How many sessions may be started in all; `null` means unlimited."
            },
            "created_at": {
              "type": "string",
              "format": "date-time",
              "description": "When the link was created, in UTC."
            },
            "expires_at": {
              "type": "string",
              "format": "date-time",
              "nullable": true,
              "description": "When the link expires, in UTC; `null` means never."
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
              "description": "Names the agent for good; begins with `agnt_`."
            },
            "name": {
              "type": "string",
              "description": "The agent's display name."
            },
            "avatar_image_url": {
              "type": "string",
              "nullable": true,
              "description": "The address of the agent's picture; `null` where it has none."
            },
            "created_at": {
              "type": "string",
              "format": "date-time",
              "description": "When the agent was created, in UTC."
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
          "description": "The one shape of every refusal. `error` is a string for a missing, unknown or revoked key\n(401, without `success`) and for the rate limit (429), and an object everywhere else.\n",
          "required": [
            "error"
          ],
          "properties": {
            "success": {
              "type": "boolean",
              "description": "Always `false` where it is present."
            },
            "error": {
              "$ref": "#/components/schemas/ErrorBody"
            }
          }
        },
        "ErrorBody": {
          "description": "What went wrong, as a sentence or in detail.",
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
          "description": "What went wrong, for people."
        },
        "ErrorDetail": {
          "type": "object",
          "description": "What went wrong, and how to mend it.",
          "required": [
            "message"
          ],
          "properties": {
            "message": {
              "type": "string",
              "description": "What went wrong, for people."
            },
            "suggestion": {
              "type": "string",
              "description": "How to mend the request."
            },
            "code": {
              "type": "string",
              "description": "What went wrong, for programs; codes may be added at any time."
            },
            "details": {
              "type": "object",
              "description": "More about it, for programs. `field` names the field of the request that was refused.\n",
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
