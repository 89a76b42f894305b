# shellcheck shell=bash disable=SC2154
cmake_static . -DCMAKE_POLICY_VERSION_MINIMUM=3.5
# Only the reentrant library is asked for, and by the name of the shared one.
cd "$DESTDIR$prefix/lib"
mv libqhullstatic_r.a libqhull_r.a
sed 's/qhullstatic_r/qhull_r/g' pkgconfig/qhullstatic_r.pc >pkgconfig/qhull_r.pc
rm -f libqhullstatic.a libqhullcpp.a pkgconfig/qhullstatic*.pc pkgconfig/qhullcpp.pc
