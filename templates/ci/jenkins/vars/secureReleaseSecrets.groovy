/** The body, with secret texts of Jenkins in its environment: variable to credential id. Gives what the body gives. */
def call(Map credentials, Closure body) {
    List<String> variables = credentials ? new ArrayList<String>(credentials.keySet()) : []
    if (variables.isEmpty()) {
        return body()
    }
    List bound = []
    for (int i = 0; i < variables.size(); i++) {
        bound.add(string(credentialsId: credentials[variables[i]], variable: variables[i]))
    }
    withCredentials(bound) {
        return body()
    }
}
