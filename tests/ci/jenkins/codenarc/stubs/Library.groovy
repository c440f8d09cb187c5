/** Stands in for the annotation that every Jenkinsfile may use without importing it. */
@interface Library {
    String[] value()
}
