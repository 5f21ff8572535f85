links update lnk_01J8ZK4R2N5M6P7Q8W4T --name 'Updated Name' --status active --expires-at 2030-06-30T18:00:00Z --use-limit 100 --base-url "$AGENTHUMAN_BASE_URL"
