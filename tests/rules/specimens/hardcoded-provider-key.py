import boto3
import openai

# ruleid: hardcoded-provider-key
openai.api_key = "sk-proj-Zm9vYmFyYmF6cXV4cXV1eGNvcmdl"
# ruleid: hardcoded-provider-key
github = Github("ghp_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3gH6")
# ruleid: hardcoded-provider-key
s3 = boto3.client("s3", aws_access_key_id="AKIAQWERTYUIOPASDFGH")
# ruleid: hardcoded-provider-key
settings["stripe"] = "sk_live_Zm9vYmFyYmF6cXV4cXV1eA"
# ruleid: hardcoded-provider-key
KEYS = {"key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----"}
# ok: hardcoded-provider-key
sample = "AKIAIOSFODNN7EXAMPLE"
# ok: hardcoded-provider-key
test_key = "sk_test_Zm9vYmFyYmF6cXV4cXV1eA"
# ok: hardcoded-provider-key
public = "-----BEGIN PUBLIC KEY-----\nMIIBIjAN\n-----END PUBLIC KEY-----"
# ok: hardcoded-provider-key
name = "sk-learn"
