from flask import request


def flask_view(session, search, table, redis_client, driver):
    name = request.args["name"]
    # ruleid: query-language-from-request
    session.run("MATCH (n) WHERE n.name = '" + name + "' RETURN n")
    # ruleid: query-language-from-request
    driver.execute_query(f"MATCH (n {{name: '{name}'}}) RETURN n", database_="neo4j")
    # ruleid: query-language-from-request
    search.search(index="i", body={"query": {"query_string": {"query": name}}})
    # ruleid: query-language-from-request
    search.search(body={"script_fields": {"x": {"script": {"source": request.args["s"]}}}})
    # ruleid: query-language-from-request
    table.scan(FilterExpression=f"name = '{name}'")
    # ruleid: query-language-from-request
    table.execute_statement(Statement="SELECT * FROM t WHERE n = '%s'" % name)
    # ruleid: query-language-from-request
    redis_client.eval("return redis.call('get', '" + name + "')", 0)


class View:
    def post(self, request, session, search, redis_client):
        name = request.POST["name"]
        # ok: query-language-from-request
        session.run("MATCH (n) WHERE n.name = $name RETURN n", name=name)
        # ok: query-language-from-request
        search.search(body={"query": {"match": {"title": name}}})
        # ok: query-language-from-request
        redis_client.eval("return redis.call('get', KEYS[1])", 1, name)
        label = request.POST["label"]
        if label not in ("User", "Group"):
            return None
        # ok: query-language-from-request
        return session.run(f"MATCH (n:{label}) RETURN n")


def starts_a_program(subprocess, name):
    import subprocess
    import requests

    return subprocess.run(["ls", requests.get(name)])


def collects(request, table):
    found = []
    found.append(request.GET["x"])
    # ruleid: query-language-from-request
    table.scan(FilterExpression="n = %s" % found[0])
    number = int(request.GET["n"])
    # ok: query-language-from-request
    table.scan(FilterExpression="n = %s" % number)
    # ok: query-language-from-request
    table.scan(FilterExpression="n = %s" % int(request.GET["n"]))
    kind = request.GET["kind"]
    if kind not in ("a", "b"):
        return
    # ok: query-language-from-request
    table.scan(FilterExpression="n = %s" % kind)
