links list --all --json
