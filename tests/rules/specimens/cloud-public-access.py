import boto3

s3 = boto3.client("s3")
ec2 = boto3.client("ec2")
rds = boto3.client("rds")
# ruleid: cloud-public-access
s3.put_object(Bucket="shop", Key="orders.csv", Body=b"", ACL="public-read")
# ruleid: cloud-public-access
s3.upload_file("orders.csv", "shop", "orders.csv", ExtraArgs={"ACL": "public-read-write"})
# ruleid: cloud-public-access
ec2.authorize_security_group_ingress(GroupId="sg", IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0")
# ruleid: cloud-public-access
rds.create_db_instance(DBInstanceIdentifier="shop", PubliclyAccessible=True)
# ok: cloud-public-access
s3.put_object(Bucket="shop", Key="orders.csv", Body=b"", ACL="private")
# ok: cloud-public-access
ec2.authorize_security_group_ingress(GroupId="sg", IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="192.0.2.0/24")
# ok: cloud-public-access
ec2.authorize_security_group_ingress(GroupId="sg", IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp="0.0.0.0/0")
# ok: cloud-public-access
rds.create_db_instance(DBInstanceIdentifier="shop", PubliclyAccessible=False)


# ruleid: cloud-public-access
c_1.modify_db_instance(PubliclyAccessible=True)


# ruleid: cloud-public-access
c_1.create_cluster(PubliclyAccessible=True)


# ruleid: cloud-public-access
b_1.make_public()


# ruleid: cloud-public-access
b_1.acl.all().grant_read()


# ruleid: cloud-public-access
c_1.authorize_ingress(CidrIp="0.0.0.0/0")


# ruleid: cloud-public-access
{"CidrIp": "0.0.0.0/0"}


# ruleid: cloud-public-access
{"CidrIpv6": "0.0.0.0/0"}


# ruleid: cloud-public-access
b_1.make_public(client=c_1)


# ok: cloud-public-access
key_handler.make_public(key_params)
# ok: cloud-public-access
client.authorize_security_group_egress(IpPermissions=[{"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
