package org.jenkinsci.plugins.workflow.libs

import java.lang.annotation.Retention
import java.lang.annotation.RetentionPolicy

/** Stands in for Jenkins' own: which libraries a Jenkinsfile loads. */
@Retention(RetentionPolicy.RUNTIME)
@interface Library {
    String[] value()
}
