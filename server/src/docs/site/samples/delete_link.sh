curl --fail-with-body --request DELETE \
  "$AGENTHUMAN_BASE_URL/v1/links/lnk_01J8ZK4R2N5M6P7Q8W4T" \
  --header "x-api-key: $AGENTHUMAN_API_KEY"
