from langchain.agents import load_tools
from langchain_community.tools import ShellTool, WikipediaQueryRun
from smolagents import CodeAgent


def build(llm, frame):
    # ruleid: agent-tool-dangerous
    create_pandas_dataframe_agent(llm, frame, allow_dangerous_code=True)
    # ruleid: agent-tool-dangerous
    RequestsGetTool(requests_wrapper=None, allow_dangerous_requests=True)
    # ruleid: agent-tool-dangerous
    ShellTool()
    # ruleid: agent-tool-dangerous
    load_tools(["wikipedia", "terminal"], llm=llm)
    # ruleid: agent-tool-dangerous
    UserProxyAgent("u", code_execution_config={"work_dir": "w", "use_docker": False})
    # ruleid: agent-tool-dangerous
    CodeAgent(tools=[], model=llm, additional_authorized_imports=["*"])


def safe(llm, frame):
    # ok: agent-tool-dangerous
    create_pandas_dataframe_agent(llm, frame, allow_dangerous_code=False)
    # ok: agent-tool-dangerous
    WikipediaQueryRun()
    # ok: agent-tool-dangerous
    load_tools(["wikipedia"], llm=llm)
    # ok: agent-tool-dangerous
    UserProxyAgent("u", code_execution_config={"use_docker": True})
    # ok: agent-tool-dangerous
    CodeAgent(tools=[], model=llm, additional_authorized_imports=["math"])
