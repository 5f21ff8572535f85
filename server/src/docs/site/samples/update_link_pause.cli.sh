links update lnk_01J8ZK4R2N5M6P7Q8W4T --name 'Updated Name' --status paused --clear-expires-at --use-limit 100 --base-url "$AGENTHUMAN_BASE_URL"
