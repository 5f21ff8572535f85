links delete lnk_01J8ZK4R2N5M6P7Q8W4T --base-url "$AGENTHUMAN_BASE_URL" --yes
