// @generated from openapi/links.yaml by `cargo xtask generate`. Do not edit: edit the contract.

/// The files of the documentation: path, media type, content.
pub(super) const FILES: &[(&str, &str, &[u8])] = &[
    ("changes.html", "text/html; charset=utf-8", include_bytes!("site/changes.html")),
    ("index.html", "text/html; charset=utf-8", include_bytes!("site/index.html")),
    (
        "licences.txt",
        "text/plain; charset=utf-8",
        include_bytes!("../../../openapi/docs/assets/licences.txt"),
    ),
    ("llms.txt", "text/plain; charset=utf-8", include_bytes!("site/llms.txt")),
    ("openapi.json", "application/json", include_bytes!("site/openapi.json")),
    ("openapi.yaml", "application/yaml", include_bytes!("../../../openapi/links.yaml")),
    ("reference.html", "text/html; charset=utf-8", include_bytes!("site/reference.html")),
    ("reference.js", "text/javascript; charset=utf-8", include_bytes!("site/reference.js")),
    (
        "released/1.0.0.yaml",
        "application/yaml",
        include_bytes!("../../../openapi/released/1.0.0.yaml"),
    ),
    (
        "released/1.1.0.yaml",
        "application/yaml",
        include_bytes!("../../../openapi/released/1.1.0.yaml"),
    ),
    (
        "released/1.1.1.yaml",
        "application/yaml",
        include_bytes!("../../../openapi/released/1.1.1.yaml"),
    ),
    (
        "samples/create_link_minimal.cli.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/create_link_minimal.cli.sh"),
    ),
    (
        "samples/create_link_minimal.rs",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/create_link_minimal.rs"),
    ),
    (
        "samples/create_link_minimal.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/create_link_minimal.sh"),
    ),
    (
        "samples/create_link_named.cli.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/create_link_named.cli.sh"),
    ),
    (
        "samples/create_link_named.rs",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/create_link_named.rs"),
    ),
    (
        "samples/create_link_named.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/create_link_named.sh"),
    ),
    (
        "samples/delete_link.cli.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/delete_link.cli.sh"),
    ),
    (
        "samples/delete_link.rs",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/delete_link.rs"),
    ),
    (
        "samples/delete_link.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/delete_link.sh"),
    ),
    (
        "samples/get_link.cli.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/get_link.cli.sh"),
    ),
    (
        "samples/get_link.rs",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/get_link.rs"),
    ),
    (
        "samples/get_link.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/get_link.sh"),
    ),
    (
        "samples/list_links.cli.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/list_links.cli.sh"),
    ),
    (
        "samples/list_links.rs",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/list_links.rs"),
    ),
    (
        "samples/list_links.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/list_links.sh"),
    ),
    (
        "samples/list_links_all.cli.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/list_links_all.cli.sh"),
    ),
    (
        "samples/list_links_all.rs",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/list_links_all.rs"),
    ),
    (
        "samples/list_links_with_parameters.cli.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/list_links_with_parameters.cli.sh"),
    ),
    (
        "samples/list_links_with_parameters.rs",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/list_links_with_parameters.rs"),
    ),
    (
        "samples/list_links_with_parameters.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/list_links_with_parameters.sh"),
    ),
    (
        "samples/update_link_clear.cli.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/update_link_clear.cli.sh"),
    ),
    (
        "samples/update_link_clear.rs",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/update_link_clear.rs"),
    ),
    (
        "samples/update_link_clear.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/update_link_clear.sh"),
    ),
    (
        "samples/update_link_empty.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/update_link_empty.sh"),
    ),
    (
        "samples/update_link_pause.cli.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/update_link_pause.cli.sh"),
    ),
    (
        "samples/update_link_pause.rs",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/update_link_pause.rs"),
    ),
    (
        "samples/update_link_pause.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/update_link_pause.sh"),
    ),
    (
        "samples/update_link_set.cli.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/update_link_set.cli.sh"),
    ),
    (
        "samples/update_link_set.rs",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/update_link_set.rs"),
    ),
    (
        "samples/update_link_set.sh",
        "text/plain; charset=utf-8",
        include_bytes!("site/samples/update_link_set.sh"),
    ),
    (
        "style.css",
        "text/css; charset=utf-8",
        include_bytes!("../../../openapi/docs/assets/style.css"),
    ),
];
