import securerelease.Settings

/**
 * Every shard of the scan and the patch test, side by side, each on an agent of its own.
 * None of them decides: a red one is shown red, and one that is lost is missed by the gate.
 */
def call(Settings settings) {
    Map branches = [:]
    for (int i = 1; i <= settings.shards; i++) {
        int shard = i
        branches["scan ${shard}/${settings.shards}".toString()] = {
            onAgent(settings) { secureReleaseScan(shard: shard, of: settings.shards) }
        }
    }
    branches['patch-test'] = {
        onAgent(settings) { secureReleasePatchTest() }
    }
    parallel(branches)
}

void onAgent(Settings settings, Closure body) {
    catchError(buildResult: 'SUCCESS', stageResult: 'FAILURE', catchInterruptions: false) {
        node(settings.agent) {
            secureReleaseSetup(version: settings.version, prepare: settings.prepare)
            body()
        }
    }
}
