def find(tx, driver, db, name):
    # ruleid: graph-query-built
    tx.run(f"MATCH (n:User {{name: '{name}'}}) RETURN n")
    # ruleid: graph-query-built
    driver.execute_query("MATCH (n) WHERE n.name = '%s' RETURN n" % name)
    query = "MATCH (n) WHERE n.name = '{}' RETURN n".format(name)
    # ruleid: graph-query-built
    db.cypher_query(query)
    # ruleid: graph-query-built
    tx.run("CREATE (n:" + name + ")")
    # ruleid: graph-query-built
    tx.run(f"MATCH (n) WHERE n.name = '{name}' RETURN n")
    braced = f"MERGE (n {{name: '{name}'}}) RETURN n"
    # ruleid: graph-query-built
    tx.run(braced)


def safe(tx, driver, name):
    # ok: graph-query-built
    tx.run("MATCH (n:User {name: $name}) RETURN n", name=name)
    # ok: graph-query-built
    driver.execute_query("MATCH (n) RETURN n")
    # ok: graph-query-built
    tx.run(f"echo {name}")
