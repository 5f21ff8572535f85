links update lnk_01J8ZK4R2N5M6P7Q8W4T --clear-name --clear-expires-at --clear-use-limit --base-url "$AGENTHUMAN_BASE_URL"
