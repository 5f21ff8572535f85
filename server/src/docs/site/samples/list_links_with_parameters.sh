curl --fail-with-body --request GET \
  "$AGENTHUMAN_BASE_URL/v1/links?status=active&limit=1" \
  --header "x-api-key: $AGENTHUMAN_API_KEY"
