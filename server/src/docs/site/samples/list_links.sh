curl --fail-with-body --request GET \
  "$AGENTHUMAN_BASE_URL/v1/links" \
  --header "x-api-key: $AGENTHUMAN_API_KEY"
