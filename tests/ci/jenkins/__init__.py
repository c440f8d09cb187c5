"""The Jenkins template: read by linters, and executed by a harness of ours on Groovy 2.4."""
