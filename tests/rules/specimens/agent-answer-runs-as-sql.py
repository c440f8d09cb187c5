import duckdb
import pandas
import sqlalchemy
from sqlalchemy import text


def agent(client, question, cursor):
    statement = client.chat.completions.create(model="m", messages=question).choices[0].message.content
    # ruleid: agent-answer-runs-as-sql
    cursor.execute(statement)
    # ruleid: agent-answer-runs-as-sql
    cursor.executescript(statement)
    # ruleid: agent-answer-runs-as-sql
    pandas.read_sql(statement, None)
    # ruleid: agent-answer-runs-as-sql
    pandas.read_sql_query(statement, None)
    # ruleid: agent-answer-runs-as-sql
    duckdb.sql(statement)
    # ruleid: agent-answer-runs-as-sql
    return sqlalchemy.text(statement)


def safe(llm, question, cursor):
    answer = llm.invoke(question).content
    # ok: agent-answer-runs-as-sql
    cursor.execute("INSERT INTO answers VALUES (?)", (answer,))
    # ok: agent-answer-runs-as-sql
    cursor.execute("SELECT 1")
    # ok: agent-answer-runs-as-sql
    cursor.execute(STATEMENTS.get(answer))
    # ok: agent-answer-runs-as-sql
    text("SELECT :a").bindparams(a=answer)
    if answer not in ("SELECT 1", "SELECT 2"):
        return None
    # ok: agent-answer-runs-as-sql
    return cursor.execute(answer)
