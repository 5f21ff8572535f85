links list --base-url "$AGENTHUMAN_BASE_URL" --all --json
