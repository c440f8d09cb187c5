import groovy.json.JsonOutput
import org.codehaus.groovy.control.CompilationUnit
import org.codehaus.groovy.control.CompilerConfiguration
import org.codenarc.CodeNarcRunner
import org.codenarc.analyzer.FilesystemSourceAnalyzer
import org.codenarc.report.ReportWriter

// Runs CodeNarc on each of the folders. The stand-ins and everything under src/ are compiled first: rules that need types
// leave out, with no more than a warning, every file in which they can't resolve one.
List<File> trees = args.drop(3).collect { new File(it) }
File classes = new File(args[1])
List<File> needed = []
([new File(args[2])] + trees.collect { new File(it, 'src') }).each { root -> root.eachFileRecurse { if (it.name.endsWith('.groovy')) { needed.add(it) } } }
def configuration = new CompilerConfiguration(targetDirectory: classes)
def unit = new CompilationUnit(configuration)
unit.addSources(needed.groupBy { it.path.replaceFirst(/.*\/(src|stubs)\//, '') }.collect { it.value.last() } as File[])
unit.compile()

Map all = trees.collectEntries { File tree ->
    def analyzer = new FilesystemSourceAnalyzer(baseDirectory: tree.path, includes: '**/*.groovy,Jenkinsfile', failOnError: true)
    def runner = new CodeNarcRunner(sourceAnalyzer: analyzer, ruleSetFiles: new File(args[2], '../codenarc/rules.xml').canonicalFile.toURI().toString())
    List<Map> found = []
    ReportWriter gather = { context, results ->
        results.getViolations().each { found.add([file: it.sourceFile?.path ?: '', rule: it.rule.name, line: it.lineNumber, text: it.message ?: it.sourceLine]) }
        found.add([rule: 'files', count: results.getTotalNumberOfFiles(true)])
    } as ReportWriter
    runner.reportWriters = [gather]
    def results = runner.execute()
    [(tree.name): [files: results.getTotalNumberOfFiles(true), violations: results.violations.collect { [rule: it.rule.name, line: it.lineNumber, text: "${it.message}"] }, found: found]]
}
new File(args[0]).text = JsonOutput.toJson(all)
