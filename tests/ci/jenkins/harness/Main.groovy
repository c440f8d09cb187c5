import groovy.json.JsonOutput
import groovy.json.JsonSlurper

// Runs the builds of a file, one after the other in this one JVM, and writes what became of each.
List<Map> scenarios = new JsonSlurper().parse(new File(args[0]))
List<Map> ended = scenarios.collect { Map scenario ->
    NotJenkins.SEEN.clear()
    (scenario.before ?: []).each { List<String> command -> done(command, scenario) }
    long started = System.currentTimeMillis()
    Map result = new Build(scenario).run()
    result.seconds = (System.currentTimeMillis() - started) / 1000
    result.refused = new ArrayList<String>(NotJenkins.SEEN)
    if (result.refused) { result.result = 'NOT JENKINS' }
    result.after = (scenario.after ?: []).collect { List<String> command -> done(command, scenario) }
    result
}
new File(args[1]).text = JsonOutput.toJson(ended)

String done(List<String> command, Map scenario) {
    def process = new ProcessBuilder(command).redirectErrorStream(true)
    process.environment().putAll(scenario.env)
    def running = process.start()
    String said = running.inputStream.text
    if (running.waitFor()) { throw new IllegalStateException("${command}: ${said}") }
    said
}
