curl --fail-with-body --request GET \
  "${AGENTHUMAN_BASE_URL:-https://api.agenthuman.com}/v1/links?status=active&limit=100" \
  --header "x-api-key: $AGENTHUMAN_API_KEY"
