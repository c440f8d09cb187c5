import com.cloudbees.groovy.cps.NonCPS
import groovy.transform.CompileStatic
import org.codehaus.groovy.ast.ClassNode
import org.codehaus.groovy.ast.ClassCodeExpressionTransformer
import org.codehaus.groovy.ast.ClassHelper
import org.codehaus.groovy.ast.MethodNode
import org.codehaus.groovy.ast.expr.ArgumentListExpression
import org.codehaus.groovy.ast.expr.BinaryExpression
import org.codehaus.groovy.ast.expr.ClosureExpression
import org.codehaus.groovy.ast.expr.ConstantExpression
import org.codehaus.groovy.ast.expr.DeclarationExpression
import org.codehaus.groovy.ast.expr.EmptyExpression
import org.codehaus.groovy.ast.expr.Expression
import org.codehaus.groovy.ast.expr.StaticMethodCallExpression
import org.codehaus.groovy.ast.expr.VariableExpression
import org.codehaus.groovy.classgen.GeneratorContext
import org.codehaus.groovy.control.CompilePhase
import org.codehaus.groovy.control.SourceUnit
import org.codehaus.groovy.control.customizers.CompilationCustomizer

/**
 * Jenkins saves a running program to disk: what it holds must be serialisable. Here every local variable outside of @NonCPS is
 * serialised as it is set, and every argument of every step, closures with all that they hold. That is stricter than Jenkins.
 */
class Saved extends CompilationCustomizer {

    static final Set<String> NON_CPS = Collections.synchronizedSet(new HashSet<String>())

    Saved() {
        super(CompilePhase.SEMANTIC_ANALYSIS)
    }

    /** Called by the code under test, for each local variable. */
    static Object local(String name, Object value) {
        check("the variable ${name}", value)
        value
    }

    static void check(Object what, Object value) {
        try {
            new Plain(new ByteArrayOutputStream()).writeObject(value)
        } catch (NotSerializableException problem) {
            throw new NotJenkins("${what} can't be saved: ${problem.message} is not serialisable")
        }
    }

    /** A step may not be called from a method that is not saved. */
    static void refuseNonCps(String step) {
        StackTraceElement inside = Thread.currentThread().stackTrace.find { "${it.className}.${it.methodName}".toString() in NON_CPS }
        if (inside) { throw new NotJenkins("${step} is called in ${inside.methodName}, which is @NonCPS") }
    }

    @Override
    void call(SourceUnit source, GeneratorContext context, ClassNode type) {
        def visitor = new Visitor(source)
        for (MethodNode method : type.methods) {
            if (method.annotations.any { it.classNode.name == NonCPS.name }) {
                NON_CPS.add("${type.name}.${method.name}".toString())
            } else if (method.code) {
                visitor.visitMethod(method)
            }
        }
    }

    @CompileStatic
    private static class Plain extends ObjectOutputStream {
        Plain(OutputStream out) {
            super(out)
            enableReplaceObject(true)
        }

        @Override
        protected Object replaceObject(Object value) {
            value instanceof Script || value instanceof Ours ? 'kept by Jenkins' : value
        }
    }

    private static class Visitor extends ClassCodeExpressionTransformer {
        final SourceUnit sourceUnit

        Visitor(SourceUnit unit) {
            sourceUnit = unit
        }

        @Override
        Expression transform(Expression node) {
            if (node instanceof ClosureExpression) {
                node.code.visit(this)
                return node
            }
            Expression made = super.transform(node)
            boolean sets = made instanceof BinaryExpression && made.operation.text == '=' && made.leftExpression instanceof VariableExpression
            if (!sets || made.rightExpression instanceof EmptyExpression) { return made }
            Expression kept = new StaticMethodCallExpression(ClassHelper.make(Saved), 'local',
                new ArgumentListExpression(new ConstantExpression(made.leftExpression.name), made.rightExpression))
            Expression set = made instanceof DeclarationExpression ?
                new DeclarationExpression(made.leftExpression, made.operation, kept) :
                new BinaryExpression(made.leftExpression, made.operation, kept)
            set.sourcePosition = made
            if (made instanceof DeclarationExpression) { set.addAnnotations(made.annotations) }
            set
        }
    }
}
