curl --fail-with-body --request GET \
  "${AGENTHUMAN_BASE_URL:-https://api.agenthuman.com}/v1/links" \
  --header "x-api-key: $AGENTHUMAN_API_KEY"
