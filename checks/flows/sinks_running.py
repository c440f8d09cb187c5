"""Sinks that run something: statements, commands, code, templates. The columns are explained in `sinks.py`."""

from __future__ import annotations

from collections.abc import Mapping

RUNNING: Mapping[str, str] = {
    "sql-flow": """
        *.execute 0 query statement sql operation onetext unbundled
        *.executemany 0 query statement sql operation
        *.executescript 0 sql_script
        *.execute_sql 0 sql
        *.exec_driver_sql 0 statement
        *.mogrify 0
        *.fetchrow 0 query
        *.fetchval 0 query
        *.fetch_one 0 query
        *.fetch_all 0 query
        ~objects|queryset|manager.raw 0 raw_query
        RawSQL 0 sql
        ~objects|queryset|qs|filter|all|exclude.extra 0 where select tables order_by
        sqlalchemy.text 0 text
        sqlalchemy.sql.text 0 text
        sqlalchemy.sql.expression.text 0 text
        ~^db$|^sa$.text 0
        sqlmodel.text 0 text
        sqlmodel.literal_column 0 text
        sqlalchemy.literal_column 0
        pandas.read_sql 0 sql
        pandas.read_sql_query 0 sql
        duckdb.sql 0
    """,
    "shell-flow": """
        os.system 0 command
        os.popen 0 cmd
        subprocess.getoutput 0 cmd
        subprocess.getstatusoutput 0 cmd
        subprocess.run 0 args if:shell
        subprocess.call 0 args if:shell
        subprocess.check_call 0 args if:shell
        subprocess.check_output 0 args if:shell
        subprocess.Popen 0 args if:shell
        asyncio.create_subprocess_shell 0 cmd
        asyncio.subprocess.create_subprocess_shell 0 cmd
        ~ssh|client|conn|remote.exec_command 0 command
        ~container.exec_run 0 cmd onetext
        pexpect.spawn 0
        pexpect.run 0
        invoke.run 0
        fabric.api.run 0
        fabric.api.local 0
        sh.bash all
        sh.sh all
    """,
    "program-flow": """
        subprocess.run 0! args! unless:shell
        subprocess.call 0! args! unless:shell
        subprocess.check_call 0! args! unless:shell
        subprocess.check_output 0! args! unless:shell
        subprocess.Popen 0! args! unless:shell
        asyncio.create_subprocess_exec 0! program
        os.execv 0!
        os.execvp 0!
        os.execl 0!
        os.spawnl 1!
        os.spawnv 1!
        os.spawnlp 1!
        os.startfile 0!
    """,
    "code-flow": """
        eval 0
        exec 0
        compile 0 source
        builtins.eval 0
        builtins.exec 0
        ~interpreter|console.runsource 0
        ~console.push 0
        timeit.timeit 0 stmt
        cProfile.run 0
        runpy.run_path 0
        types.FunctionType 0
        pandas.eval 0
        ~^df$|_df$|frame|pandas[.]read_.eval 0 expr
        ~^df$|_df$|frame|pandas[.]read_.query 0 expr
        numexpr.evaluate 0
        sympy.sympify 0
        sympy.parsing.sympy_parser.parse_expr 0
        js2py.eval_js 0
        logging.config.dictConfig 0
    """,
    "import-flow": """
        importlib.import_module 0 name
        importlib.reload 0
        __import__ 0
        runpy.run_module 0
        pydoc.locate 0
        pkgutil.resolve_name 0
        django.utils.module_loading.import_string 0
        werkzeug.utils.import_string 0
        importlib.util.spec_from_file_location 1
        ctypes.CDLL 0
        ctypes.cdll.LoadLibrary 0
    """,
    "attribute-flow": """
        getattr 1
        operator.attrgetter 0
        operator.methodcaller 0
        methodcaller 0
        attrgetter 0
    """,
    "template-flow": """
        render_template_string 0 source
        jinja2.Template 0 source
        jinja2.sandbox.Template 0
        ~env|environment|jinja|engine|template.from_string 0 source unsandboxed
        mako.template.Template 0 text
        django.template.Template 0
        tornado.template.Template 0
        bottle.template 0
        bottle.SimpleTemplate 0
        chameleon.PageTemplate 0
        chevron.render 0
    """,
    "nosql-flow": r"""
        *.find_one 0 filter
        ~collection|mongo|^db[.]|[.]db[.]|\[\][.].find 0 filter
        *.aggregate 0 with:pymongo,motor,flask_pymongo,mongo,bson
        *.find_one_and_update 0 filter
        *.find_one_and_delete 0 filter
        *.update_one 0 filter
        *.update_many 0 filter
        *.delete_one 0 filter
        *.delete_many 0 filter
        *.count_documents 0 filter
    """,
    "ldap-flow": """
        *.search_s 0 2 base filterstr
        *.search_st 2 filterstr
        *.search_ext 2 filterstr
        *.search_ext_s 2 filterstr
        ~conn|ldap|^c$|server|client.search 1 search_filter search_base with:ldap3,ldap
        *.paged_search 1
        ldap3.Reader 2
        *.simple_bind_s 0 who
    """,
    "xpath-flow": """
        *.xpath 0
        ~tree|root|node|elem|doc|xml.findall 0
        ~tree|root|node|elem|doc|xml.iterfind 0
        ~tree|root|node|elem|doc|xml.findtext 0
        ~tree|root|node|elem|doc|xml.find 0
        lxml.etree.XPath 0
        lxml.etree.ETXPath 0
        elementpath.select 1
    """,
    "unpickle-flow": """
        pickle.loads 0
        pickle.load 0
        pickle.Unpickler 0
        _pickle.loads 0
        cPickle.loads 0
        cPickle.load 0
        dill.loads 0
        dill.load 0
        cloudpickle.loads 0
        cloudpickle.load 0
        jsonpickle.decode 0
        jsonpickle.loads 0
        marshal.loads 0
        marshal.load 0
        shelve.open 0
        joblib.load 0
        pandas.read_pickle 0
        torch.load 0 unless:weights_only
        numpy.load 0 if:allow_pickle
        yaml.load 0 stream unsafeyaml
        yaml.load_all 0 stream unsafeyaml
        yaml.unsafe_load 0
        yaml.full_load 0
        yaml.unsafe_load_all 0
    """,
}
