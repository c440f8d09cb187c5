/** What a closure may say: every call and every name it does not hold itself goes through here, and nowhere else. */
class Words extends GroovyObjectSupport implements Ours {

    private final Closure saying
    private final Closure naming

    Words(Closure saying, Closure naming) {
        this.saying = saying
        this.naming = naming
    }

    Object invokeMethod(String name, Object given) {
        saying.call(name, given as Object[])
    }

    Object getProperty(String name) {
        naming.call(name)
    }

    void setProperty(String name, Object value) {
        throw new NotJenkins("${name} is set, and was never declared")
    }

    /** Runs the closure with these words alone. */
    static Object speak(Closure body, Words words) {
        body.delegate = words
        body.resolveStrategy = Closure.DELEGATE_ONLY
        body.call()
    }

    /** A section of a Declarative pipeline: only the directives that are listed, gathered by name. */
    static Map section(String where, Closure body, List<String> known, Closure naming = null) {
        Map got = [:]
        speak(body, new Words(
            { String name, Object[] args ->
                if (!(name in known)) { throw new NotJenkins("${name} is no directive of ${where}") }
                if (got.containsKey(name)) { throw new NotJenkins("${where} has ${name} twice") }
                got[name] = args
                null
            },
            naming ?: { String name -> throw new NotJenkins("${name} is not known in ${where}") }
        ))
        got
    }
}
