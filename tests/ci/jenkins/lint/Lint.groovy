import groovy.json.JsonOutput
import org.codehaus.groovy.control.CompilationFailedException

// Lints each of the folders that hold a Jenkinsfile, vars/ and src/, in this one JVM, and writes what it found.
Map<String, List> all = [:]
args.drop(1).each { String folder -> all[folder] = lint(new File(folder)) }
new File(args[0]).text = JsonOutput.toJson(all)

List<Map> lint(File folder) {
    List<Map> findings = []
    List<File> files = [new File(folder, 'Jenkinsfile')]
    ['vars', 'src'].each { new File(folder, it).eachFileRecurse { if (it.name.endsWith('.groovy')) { files.add(it) } } }
    Closure found = { File file, String rule, int line, Object text ->
        findings.add([file: folder.toPath().relativize(file.toPath()).toString(), rule: rule, line: line, text: text.toString()])
    }
    List<Source> sources = files.collect { File file ->
        try {
            new Source(file)
        } catch (CompilationFailedException problem) {
            found(file, 'syntax', 0, problem.message)
            null
        }
    }.findAll()
    sources.each { Source source ->
        source.calls.findAll { it.name == 'pipeline' && it.body }.each {
            new Model({ String rule, node, text -> found(source.file, rule, node.lineNumber, text) }).check(it.body)
        }
    }
    new House(sources, { Source source, String rule, int line, text -> found(source.file, rule, line, text) }).check()
    compiled(folder, files, found)
    findings
}

/** Compiles everything to the end, and looks whether what the classes of src/ hold can be saved. */
void compiled(File folder, List<File> files, Closure found) {
    def loader = new GroovyClassLoader(getClass().classLoader)
    loader.addClasspath(new File(folder, 'src').path)
    def imports = new org.codehaus.groovy.control.customizers.ImportCustomizer().addImports('org.jenkinsci.plugins.workflow.libs.Library')
    def scripts = new GroovyClassLoader(loader, new org.codehaus.groovy.control.CompilerConfiguration().addCompilationCustomizers(imports))
    files.each { File file ->
        try {
            boolean ours = file.path.contains('/src/')
            Class type = ours ? loader.loadClass(new File(folder, 'src').toPath().relativize(file.toPath()).toString().replace('/', '.') - '.groovy') :
                scripts.parseClass(file.text, file.name.replace('Jenkinsfile', 'Jenkinsfile.groovy'))
            if (ours) { saved(type).each { found(file, 'not-serialisable', 1, it) } }
        } catch (CompilationFailedException problem) {
            found(file, 'syntax', 0, problem.message)
        }
    }
}

List<String> saved(Class type) {
    List<String> problems = Serializable.isAssignableFrom(type) ? [] : ["${type.simpleName} is not Serializable".toString()]
    type.declaredFields.findAll { !it.synthetic && !(it.modifiers & (java.lang.reflect.Modifier.STATIC | java.lang.reflect.Modifier.TRANSIENT)) }.each {
        if (!it.type.primitive && !Serializable.isAssignableFrom(it.type)) {
            problems.add("${type.simpleName}.${it.name} is a ${it.type.simpleName}, which is not Serializable".toString())
        }
    }
    problems
}
