import grpc


def channel(target):
    # ruleid: transport-grpc-insecure
    return grpc.insecure_channel(target)


def fixed():
    # ruleid: transport-grpc-insecure
    return grpc.aio.insecure_channel("orders.example.org:50051")


def serve(server):
    # ruleid: transport-grpc-insecure
    server.add_insecure_port("[::]:50051")


def near():
    # ok: transport-grpc-insecure
    return grpc.insecure_channel("localhost:50051")


def safe(target):
    # ok: transport-grpc-insecure
    return grpc.secure_channel(target, grpc.ssl_channel_credentials())


def serve_near(server, credentials):
    # ok: transport-grpc-insecure
    server.add_insecure_port("unix:orders.sock")
    # ok: transport-grpc-insecure
    server.add_secure_port("[::]:50051", credentials)
