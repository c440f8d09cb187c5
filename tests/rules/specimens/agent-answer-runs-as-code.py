import ast
import asyncio
import importlib
import pickle
import subprocess

import jinja2
import litellm
import ollama
import openai


def first(client, question):
    answer = client.chat.completions.create(model="m", messages=question)
    # ruleid: agent-answer-runs-as-code
    exec(answer.choices[0].message.content)


def second(client, question, repl, shell):
    text = client.messages.create(model="m", messages=question).content[0].text
    # ruleid: agent-answer-runs-as-code
    eval(text)
    # ruleid: agent-answer-runs-as-code
    compile(text, "x", "exec")
    # ruleid: agent-answer-runs-as-code
    repl.run(text)
    # ruleid: agent-answer-runs-as-code
    shell.run_cell(text)
    # ruleid: agent-answer-runs-as-code
    importlib.import_module(text)
    # ruleid: agent-answer-runs-as-code
    pickle.loads(text)
    # ruleid: agent-answer-runs-as-code
    jinja2.Template(text)


def each_client(client, question, llm):
    # ruleid: agent-answer-runs-as-code
    exec(client.chat.completions.parse(model="m").choices[0])
    # ruleid: agent-answer-runs-as-code
    exec(client.responses.create(model="m").output_text)
    # ruleid: agent-answer-runs-as-code
    exec(client.models.generate_content(model="m").text)
    # ruleid: agent-answer-runs-as-code
    exec(client.generate_content(question).text)
    # ruleid: agent-answer-runs-as-code
    exec(client.converse(modelId="m")["output"])
    # ruleid: agent-answer-runs-as-code
    exec(client.invoke_model(modelId="m")["body"].read())
    # ruleid: agent-answer-runs-as-code
    exec(openai.ChatCompletion.create(model="m").choices[0])
    # ruleid: agent-answer-runs-as-code
    exec(litellm.completion(model="m").choices[0])
    # ruleid: agent-answer-runs-as-code
    exec(ollama.chat(model="m")["message"])
    # ruleid: agent-answer-runs-as-code
    exec(ollama.generate(model="m")["response"])
    # ruleid: agent-answer-runs-as-code
    exec(llm.invoke(question).content)


async def waits(question):
    # ruleid: agent-answer-runs-as-code
    exec(await litellm.acompletion(model="m"))


TOOLS = {"add": sum}


def safe(client, question, llm):
    answer = llm.invoke(question).content
    # ok: agent-answer-runs-as-code
    ast.literal_eval(answer)
    # ok: agent-answer-runs-as-code
    eval(str(int(answer)))
    # ok: agent-answer-runs-as-code
    exec(str(float(answer)))
    # ok: agent-answer-runs-as-code
    eval(ast.literal_eval(answer))
    # ok: agent-answer-runs-as-code
    eval(TOOLS.get(answer))
    # ok: agent-answer-runs-as-code
    asyncio.run(llm.invoke(question))
    # ok: agent-answer-runs-as-code
    subprocess.run(answer)
    # ok: agent-answer-runs-as-code
    importlib.import_module("plugins.main")
    if answer not in ("json", "csv"):
        return None
    # ok: agent-answer-runs-as-code
    return importlib.import_module(answer)


def allowed(llm, question):
    answer = llm.predict(question)
    if answer in ("json", "csv"):
        # ok: agent-answer-runs-as-code
        return importlib.import_module(answer)
