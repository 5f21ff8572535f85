curl --fail-with-body --request POST \
  "$AGENTHUMAN_BASE_URL/v1/links" \
  --header "x-api-key: $AGENTHUMAN_API_KEY" \
  --header 'content-type: application/json' \
  --data '{
  "agent_id": "agnt_01J8ZK4R2N5M6P7Q8W4T",
  "name": "Summer demo",
  "expires_at": "2030-06-30T18:00:00Z",
  "use_limit": 100
}'
