import groovy.json.JsonOutput
import org.codehaus.groovy.control.CompilationUnit
import org.codehaus.groovy.control.CompilerConfiguration
import org.codenarc.CodeNarcRunner
import org.codenarc.analyzer.FilesystemSourceAnalyzer

// Runs CodeNarc on each of the folders: CodeNarc.groovy OUT CLASSES STUBS RULES FOLDER...
// The stand-ins and everything under src/ of the last folder are compiled first: rules that need types leave out, with no more
// than a warning, every file in which they can't resolve one.
def (String out, String classes, String stubs, String rules) = args.take(4) as List
List<File> trees = args.drop(4).collect { new File(it) }
List<File> needed = []
[new File(stubs), new File(new File(rules).parentFile, 'stubs'), new File(trees.last(), 'src')].each { File root ->
    root.eachFileRecurse { if (it.name.endsWith('.groovy')) { needed.add(it) } }
}
def unit = new CompilationUnit(new CompilerConfiguration(targetDirectory: new File(classes)))
unit.addSources(needed as File[])
unit.compile()

new File(out).text = JsonOutput.toJson(trees.collectEntries { File tree ->
    def analyzer = new FilesystemSourceAnalyzer(baseDirectory: tree.path, includes: '**/*.groovy,Jenkinsfile', failOnError: true)
    def results = new CodeNarcRunner(sourceAnalyzer: analyzer, ruleSetFiles: new File(rules).toURI().toString()).execute()
    [(tree.name): [files: results.getTotalNumberOfFiles(true), violations: violations(results)]]
})

List<Map> violations(results) {
    List<Map> here = results.violations.collect {
        [file: results.path.toString(), rule: it.rule.name, line: it.lineNumber, text: it.message.toString()]
    }
    here + (results.children ?: []).collectMany { violations(it) }
}
