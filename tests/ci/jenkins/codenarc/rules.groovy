import org.codenarc.rule.jenkins.ClassNotSerializableRule
import org.codenarc.rule.jenkins.ClosureInGStringRule
import org.codenarc.rule.jenkins.CpsCallFromNonCpsMethodRule
import org.codenarc.rule.jenkins.ExpressionInCpsMethodNotSerializableRule
import org.codenarc.rule.jenkins.ForbiddenCallInCpsMethodRule
import org.codenarc.rule.jenkins.ObjectOverrideOnlyNonCpsMethods
import org.codenarc.rule.jenkins.ParameterOrReturnTypeNotSerializableRule

// The rules for what Jenkins does to Groovy, on every file: left to themselves they look at Jenkinsfiles only.
ruleset {
    ruleset('rulesets/basic.xml')
    ruleset('rulesets/concurrency.xml')
    ruleset('rulesets/imports.xml')
    ruleset('rulesets/unused.xml') {
        UnusedVariable { ignoreVariableNames = '_' }
    }
    [ClosureInGStringRule, ExpressionInCpsMethodNotSerializableRule, ForbiddenCallInCpsMethodRule, ObjectOverrideOnlyNonCpsMethods,
     ParameterOrReturnTypeNotSerializableRule].each {
        rule(it) { applyToFileNames = '*.groovy,Jenkinsfile' }
    }
    rule(ClassNotSerializableRule) { applyToFileNames = '*.groovy' }
    rule(CpsCallFromNonCpsMethodRule) {
        applyToFileNames = '*.groovy,Jenkinsfile'
        cpsPackages = ['securerelease']
    }
}
