links list --status active --limit 1 --base-url "$AGENTHUMAN_BASE_URL"
