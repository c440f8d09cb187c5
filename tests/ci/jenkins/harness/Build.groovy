import hudson.AbortException
import org.codehaus.groovy.control.CompilerConfiguration
import org.codehaus.groovy.control.customizers.ImportCustomizer
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/** One build of one scenario: loads the library and the Jenkinsfile, runs them, and remembers what became of it. */
class Build implements Ours {

    static final List<String> RESULTS = ['SUCCESS', 'UNSTABLE', 'FAILURE', 'NOT_BUILT', 'ABORTED']  // only ever worse: Run.setResult

    final Map scenario
    final File folder
    final Steps steps
    final CurrentBuild current = new CurrentBuild()
    final List<Map> events = Collections.synchronizedList([])
    final StringBuffer log = new StringBuffer()
    final Map published = Collections.synchronizedMap([:])
    final List<String> answers
    final Set<String> locked = Collections.synchronizedSet(new HashSet<String>())
    private final ThreadLocal<Place> places = new ThreadLocal<Place>()
    private final Map<String, Script> vars = [:]
    private final Map abort
    private boolean aborted = false
    private int agents = 0

    Build(Map scenario) {
        this.scenario = scenario
        Saved.NON_CPS.clear()
        folder = new File(scenario.folder.toString())
        answers = new ArrayList<String>(scenario.answers)
        abort = scenario.abort
        steps = new Steps(this)
        places.set(new Place(env: scenario.env as Map<String, String>))
    }

    Place getPlace() { places.get() }

    Object at(Place place, Closure body) {
        Place before = places.get()
        places.set(place)
        try { body.call() } finally { places.set(before) }
    }

    void say(Object text) { log.append(text).append('\n') }

    void event(String what, Map more = [:]) { events.add([what: what, stage: place.stages ? place.stages.last() : ''] + more) }

    void worsen(String result) {
        if (!(result in RESULTS)) { throw new NotJenkins("${result} is no result") }
        if (RESULTS.indexOf(result) > RESULTS.indexOf(current.result ?: 'SUCCESS')) { current.kept = result }
    }

    /** An exception that neither a step nor the library throws on purpose is a fault, of the template or of this harness. */
    static String resultOf(Throwable error) {
        if (error instanceof FlowInterruptedException) { return 'ABORTED' }
        if (!(error instanceof AbortException || error instanceof IllegalArgumentException)) { NotJenkins.SEEN.add(error.toString()) }
        'FAILURE'
    }

    synchronized boolean aborts(String script, long after) {
        if (aborted || !abort || !script.contains(abort.during.toString()) || after < (abort.after as long)) { return false }
        aborted = true
    }

    synchronized File freshWorkspace(String label) { new File(folder, "agents/${label}-${++agents}") }

    /** What a script says that it does not define itself. */
    Object call(String name, Object[] args) {
        if (name == 'pipeline') { return new Declarative(this).run((Closure) args[0]) }
        if (steps.knows(name)) { return steps.call(name, args) }
        if (vars.containsKey(name)) {
            args.each { Saved.check("an argument of ${name}", it) }
            Saved.refuseNonCps(name)
            return vars[name].getMetaClass().invokeMethod(vars[name], 'call', args)
        }
        throw new NotJenkins("${name} is no step that is known here")
    }

    Object global(String name) {
        switch (name) {
            case 'env': return new Words({ String n, Object[] a -> throw new NotJenkins("env.${n}()") }, { String n -> place.env[n] })
            case 'currentBuild': return current
            case 'scm': return 'the revision of this build'
            case 'params': return (scenario.params as Map).asImmutable()
            default: throw new NotJenkins("${name} is not known here")
        }
    }

    Map run() {
        try {
            load().run()
        } catch (NotJenkins problem) {
            say(problem)
        } catch (Throwable problem) {
            worsen(resultOf(problem))
            say("${problem.class.simpleName}: ${problem.message}")
            event('ended', [error: problem.toString()])
        }
        [id: scenario.id, result: current.result ?: 'SUCCESS', description: current.description ?: '', events: events,
         published: published, log: log.toString(), locked: locked as List]
    }

    private Script load() {
        String text = new File(scenario.jenkinsfile.toString()).text
        def loader = new GroovyClassLoader(getClass().classLoader, configuration())
        def binding = new Binding([build: this])
        (text =~ /@Library\(\s*'([^']*)'\s*\)/).each { List<String> match ->
            File library = new File((scenario.libraries[match[1]] ?: { throw new NotJenkins("there is no library ${match[1]}") }()).toString())
            loader.addClasspath("${library}/src")
            new File(library, 'vars').eachFileMatch(~/\w+\.groovy/) { File file ->
                vars[file.name - '.groovy'] = made(loader, file.text, file.name, binding)
            }
        }
        made(loader, text, 'Jenkinsfile.groovy', binding)
    }

    private static Script made(GroovyClassLoader loader, String text, String name, Binding binding) {
        Script script = (Script) loader.parseClass(text, name).newInstance()
        script.binding = binding
        script
    }

    private static CompilerConfiguration configuration() {
        def configuration = new CompilerConfiguration(scriptBaseClass: PipelineScript.name)
        configuration.addCompilationCustomizers(new Saved(), new ImportCustomizer().addImports('org.jenkinsci.plugins.workflow.libs.Library'))
        configuration
    }
}
