import asyncio
import os
import subprocess

import anthropic


def agent(question, ssh, box):
    client = anthropic.Anthropic()
    message = client.messages.create(model="m", messages=question)
    command = message.content[0].text
    # ruleid: agent-answer-runs-as-command
    os.system(command)
    # ruleid: agent-answer-runs-as-command
    os.popen(command)
    # ruleid: agent-answer-runs-as-command
    subprocess.run(command, shell=True)
    # ruleid: agent-answer-runs-as-command
    subprocess.run(["bash", "-c", command])
    # ruleid: agent-answer-runs-as-command
    ssh.exec_command(command)
    # ruleid: agent-answer-runs-as-command
    box.exec_run(command)


async def other(llm, question):
    # ruleid: agent-answer-runs-as-command
    await asyncio.create_subprocess_shell(llm.invoke(question))


COMMANDS = {"list": ("ls",)}


def safe(llm, question):
    answer = llm.predict(question)
    # ok: agent-answer-runs-as-command
    subprocess.run(COMMANDS.get(answer))
    # ok: agent-answer-runs-as-command
    subprocess.run(["ls", "-l"])
    # ok: agent-answer-runs-as-command
    subprocess.run(["sleep", str(int(answer))])
    if answer not in ("ls", "df"):
        return None
    # ok: agent-answer-runs-as-command
    return subprocess.run([answer])
