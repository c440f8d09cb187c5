/** A value that a step is given in a form of its own, such as `string(credentialsId: ...)` or `logRotator(...)`. */
class Described implements Serializable {
    private static final long serialVersionUID = 1L
    String symbol
    HashMap<String, Object> args
}
