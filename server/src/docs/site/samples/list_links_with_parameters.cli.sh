links list --status active --limit 100
