def find(table, client, name):
    # ruleid: table-expression-built
    table.scan(FilterExpression=f"name = '{name}'")
    # ruleid: table-expression-built
    table.scan(FilterExpression="name = '%s'" % name)
    # ruleid: table-expression-built
    table.scan(FilterExpression="name = " + name)
    # ruleid: table-expression-built
    table.scan(FilterExpression="name = '" + name + "'")
    # ruleid: table-expression-built
    table.query(KeyConditionExpression=f"id = '{name}'")
    # ruleid: table-expression-built
    client.execute_statement(Statement=f"select * from t where n = '{name}'")
    # ruleid: table-expression-built
    client.execute_statement(Statement="select * from t where n = '%s'" % name)


def safe(table, client, name):
    # ok: table-expression-built
    table.scan(FilterExpression="name = :name", ExpressionAttributeValues={":name": name})
    # ok: table-expression-built
    table.scan(FilterExpression=Attr("name").eq(name))
    # ok: table-expression-built
    client.execute_statement(Statement="select * from t where n = ?", Parameters=[name])
    # ok: table-expression-built
    table.scan(FilterExpression=f"{FIELD} = :name")


def where(collection, name):
    # ruleid: table-expression-built
    collection.find({"$where": "this.name == '" + name + "'"})
    # ruleid: table-expression-built
    collection.find({"$where": "this.name == " + name})
    # ruleid: table-expression-built
    collection.find({"$where": f"this.name == '{name}'"})
    # ruleid: table-expression-built
    collection.find({"$where": "this.name == '%s'" % name})
    # ok: table-expression-built
    collection.find({"$where": "this.a == this.b"})
    # ok: table-expression-built
    collection.find({"name": "x" + name})
