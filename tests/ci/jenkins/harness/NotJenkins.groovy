/** Something that this harness does not know, so that nobody can say that Jenkins would take it. Never caught by a pipeline. */
class NotJenkins extends Error {

    static final List<String> SEEN = Collections.synchronizedList([])

    NotJenkins(Object message) {
        super(message.toString())
        SEEN.add(message.toString())
    }
}
