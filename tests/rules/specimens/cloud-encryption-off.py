import boto3

ec2 = boto3.client("ec2")
rds = boto3.client("rds")
# ruleid: cloud-encryption-off
rds.create_db_instance(DBInstanceIdentifier="shop", StorageEncrypted=False)
# ruleid: cloud-encryption-off
ec2.create_volume(Size=10, Encrypted=False)
# ruleid: cloud-encryption-off
rds.create_db_cluster(DBClusterIdentifier="shop", StorageEncrypted=False)
# ok: cloud-encryption-off
rds.create_db_instance(DBInstanceIdentifier="shop", StorageEncrypted=True)
# ok: cloud-encryption-off
ec2.create_volume(Size=10, Encrypted=True)
# ok: cloud-encryption-off
rds.stop_db_instance(DBInstanceIdentifier="shop")


# ruleid: cloud-encryption-off
c_1.create_cluster(Encrypted=False)


# ruleid: cloud-encryption-off
c_1.create_file_system(Encrypted=False)


# ruleid: cloud-encryption-off
c_1.create_replication_group(AtRestEncryptionEnabled=False)
