-- What APPS needs beyond its own, to compile XXGUSSET_PKG. Run as SYSDBA.

GRANT SELECT ON sys.v_$database TO apps;
