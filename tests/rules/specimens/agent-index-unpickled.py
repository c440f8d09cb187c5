from langchain_community.vectorstores import FAISS


def load(embeddings, data):
    # ruleid: agent-index-unpickled
    FAISS.load_local("index", embeddings, allow_dangerous_deserialization=True)
    # ruleid: agent-index-unpickled
    FAISS.deserialize_from_bytes(data, embeddings, allow_dangerous_deserialization=True)
    # ruleid: agent-index-unpickled
    LLMChainLoader("x", allow_dangerous_deserialization=True)


def safe(embeddings, documents):
    # ok: agent-index-unpickled
    FAISS.load_local("index", embeddings)
    # ok: agent-index-unpickled
    FAISS.load_local("index", embeddings, allow_dangerous_deserialization=False)
    # ok: agent-index-unpickled
    FAISS.from_documents(documents, embeddings)
