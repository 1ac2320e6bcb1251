import { dictionary } from './dictionary'

export default dictionary({
  zh: {
    base_map: '底图',
    choose: '选底图',
    none: '无底图',
    none_why: '只画网格，不用流量',
    kept: '已存本机，没有网络也能看',
    needs_network: '要有网络',
    review_number: '审图号 {number}',
  },
  en: {
    base_map: 'Base map',
    choose: 'Choose a base map',
    none: 'No base map',
    none_why: 'Grids only; uses no data',
    kept: 'On this phone; works without a network',
    needs_network: 'Needs a network',
    review_number: 'Review number {number}',
  },
})
