import strawberry
from ariadne.asgi import GraphQL
from graphene_django.views import GraphQLView
from strawberry.fastapi import GraphQLRouter

# ruleid: graphql-explorer-on
a = GraphQLView.as_view(graphiql=True)
# ruleid: graphql-explorer-on
b = GraphQLView.as_view("graphql", schema=schema, graphiql=True)
# ruleid: graphql-explorer-on
c = GraphQLRouter(schema, graphiql=True)
# ruleid: graphql-explorer-on
d = GraphQLRouter(schema, graphql_ide="apollo-sandbox")
# ruleid: graphql-explorer-on
e = GraphQL(schema, introspection=True)
# ruleid: graphql-explorer-on
f = GraphQL(schema, debug=True)
# ok: graphql-explorer-on
g = GraphQLView.as_view(graphiql=settings.DEBUG)
# ok: graphql-explorer-on
h = GraphQLRouter(schema, graphql_ide=None)
# ok: graphql-explorer-on
i = GraphQL(schema, introspection=False)
