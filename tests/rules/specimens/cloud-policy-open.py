from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

# ruleid: cloud-policy-open
A = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
# ruleid: cloud-policy-open
B = {"Principal": "*", "Action": "s3:GetObject", "Effect": "Allow"}
# ruleid: cloud-policy-open
C = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:GetObject"}
# ruleid: cloud-policy-open
D = {"Effect": "Allow", "Action": "*", "Resource": "*"}
# ruleid: cloud-policy-open
E = {"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}
# ruleid: cloud-policy-open
f = iam.PolicyStatement(actions=["*"], resources=["*"])
# ruleid: cloud-policy-open
client.put_public_access_block(Bucket="b", PublicAccessBlockConfiguration={"BlockPublicAcls": False})
# ruleid: cloud-policy-open
client.put_public_access_block(Bucket="b", PublicAccessBlockConfiguration={"RestrictPublicBuckets": False})
# ruleid: cloud-policy-open
client.delete_public_access_block(Bucket="b")
# ruleid: cloud-policy-open
g = s3.Bucket(stack, "b", public_read_access=True)
# ruleid: cloud-policy-open
bucket.set_iam_policy(members=["allUsers"])
# ruleid: cloud-policy-open
client.create_function_url_config(FunctionName="f", AuthType="NONE")
# ruleid: cloud-policy-open
client.add_permission(FunctionName="f", Principal="*")
# ruleid: cloud-policy-open
service.create_container("c", public_access="blob")
# ok: cloud-policy-open
H = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Condition": {"Bool": {}}}
# ok: cloud-policy-open
I = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject"}
# ok: cloud-policy-open
J = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
# ok: cloud-policy-open
client.create_function_url_config(FunctionName="f", AuthType="AWS_IAM")
