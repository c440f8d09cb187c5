package org.jenkinsci.plugins.workflow.steps

/** Stands in for Jenkins' own: somebody, or a time limit, ended what was running. */
class FlowInterruptedException extends InterruptedException {
    FlowInterruptedException(String message) {
        super(message)
    }
}
