// What the classic scripts share in a page's isolated world: page/*.js add to it, the worker's script calls `read`.
declare var preceptor: any;
