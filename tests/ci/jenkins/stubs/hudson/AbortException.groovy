package hudson

/** Stands in for Jenkins' own: a step failed, for a reason that is told without a stack trace. */
class AbortException extends IOException {
    AbortException(String message) {
        super(message)
    }
}
